package model

// Labels, annotations, taints and tags that Slipway reads or writes. The karpenter.* names are Karpenter's public
// API; keeping them is what lets a cluster move in and out without a replaced node.
const (
	LabelNodePool     = "karpenter.sh/nodepool"
	LabelNodeClass    = "karpenter.k8s.aws/ec2nodeclass"
	LabelCapacityType = "karpenter.sh/capacity-type"
	LabelRegistered   = "karpenter.sh/registered"
	LabelInitialized  = "karpenter.sh/initialized"
	LabelInstanceType = "node.kubernetes.io/instance-type"
	LabelZone         = "topology.kubernetes.io/zone"
	LabelZoneID       = "topology.k8s.aws/zone-id"
	LabelRegion       = "topology.kubernetes.io/region"
	LabelHostname     = "kubernetes.io/hostname"
	LabelArch         = "kubernetes.io/arch"
	LabelOS           = "kubernetes.io/os"

	// FieldNodeName is the one field that node affinity's matchFields may name; it travels as a requirement's key.
	FieldNodeName = "metadata.name"

	FinalizerTermination = "karpenter.sh/termination"

	TaintUnregistered = "karpenter.sh/unregistered" // NoExecute, from boot until register has synced the node
	TaintDisrupted    = "karpenter.sh/disrupted"    // NoSchedule, from the start of a drain

	AnnotationPoolHash         = "karpenter.sh/nodepool-hash"
	AnnotationPoolHashVersion  = "karpenter.sh/nodepool-hash-version"
	AnnotationClassHash        = "karpenter.k8s.aws/ec2nodeclass-hash"
	AnnotationClassHashVersion = "karpenter.k8s.aws/ec2nodeclass-hash-version"

	// AnnotationPods names the pods that a claim was made for: a JSON list of PodRef.
	AnnotationPods = "slipway.dev/pods"
	// AnnotationLaunch names the launch that last tried to give the claim an instance.
	AnnotationLaunch = "slipway.dev/launch"
	// AnnotationReason is the decision's own words for why the claim exists.
	AnnotationReason = "slipway.dev/reason"
	// AnnotationDue is when register looks at a claim again whatever happens: whoever writes it sends the message.
	AnnotationDue = "slipway.dev/due"
	// AnnotationCluster binds a claim to the cluster that it was made in (Cluster.Owner): a restored copy of a
	// cluster carries the original's value, and so owns none of the original's instances.
	AnnotationCluster = "slipway.dev/cluster"

	TagCluster = "slipway.dev/cluster" // Cluster.Owner
	TagLaunch  = "slipway.dev/launch"  // Launch.ID
	TagClaim   = "karpenter.sh/nodeclaim"
	TagName    = "Name"
)

// Capacity types in the order in which a claim that allows several takes them.
const (
	Reserved = "reserved"
	Spot     = "spot"
	OnDemand = "on-demand"
)
