package model

import "time"

// EC2NodeClass is Karpenter's node class for EC2 as its users wrote it, with quantities read. What its selectors
// resolve to is a ResolvedClass.
type EC2NodeClass struct {
	Name            string
	UID             string
	ResourceVersion string
	Generation      int64
	CreatedAt       time.Time
	Deleting        bool
	Annotations     map[string]string
	// Hash of all that makes a node of the class drift when it changes, in HashVersion.
	Hash string

	Subnets        []Selector
	SecurityGroups []Selector
	Images         []ImageTerm
	Family         string // AL2023, Bottlerocket, Custom, ...
	UserData       string
	Role           string // either Role
	Profile        string // or Profile, an instance profile that exists
	Tags           map[string]string
	Kubelet        Kubelet         // what decisions need
	Settings       KubeletSettings // what the kubelet is told
	Devices        []BlockDevice   // empty for the family's own
	InstanceStore  bool            // RAID0 of the instance's disks for pods
	Metadata       MetadataOptions
	Monitoring     bool
	PublicIP       *bool
	IPPrefixes     int32
	// Unsupported names fields that are set and that we would ignore: nothing is launched rather than something else.
	Unsupported []string
	// Invalid is why the class can not be read although the API server took it; empty when it can.
	Invalid string

	Status EC2NodeClassStatus
}

// EC2NodeClassStatus is the status of the class, which catalog alone writes.
type EC2NodeClassStatus struct {
	ResourceVersion string
	Subnets         []Subnet // most free addresses first, as Karpenter shows them
	SecurityGroups  []SecurityGroup
	Images          []Image
	Profile         string
	Conditions      Conditions
}

// Image families that nodes can be booted from.
const (
	FamilyAL2023       = "AL2023"
	FamilyBottlerocket = "Bottlerocket"
	FamilyCustom       = "Custom"
)

// ImageTerm selects images: by alias, by SSM parameter, or by what the Selector says.
type ImageTerm struct {
	Selector
	Alias        string // family@version
	SSMParameter string
}

// KubeletSettings are a class's settings for the kubelet, as Kubernetes spells them. Zero values are left to the
// image.
type KubeletSettings struct {
	ClusterDNS                  []string          `json:"clusterDNS,omitempty"`
	MaxPods                     *int32            `json:"maxPods,omitempty"`
	PodsPerCore                 *int32            `json:"podsPerCore,omitempty"`
	SystemReserved              map[string]string `json:"systemReserved,omitempty"`
	KubeReserved                map[string]string `json:"kubeReserved,omitempty"`
	EvictionHard                map[string]string `json:"evictionHard,omitempty"`
	EvictionSoft                map[string]string `json:"evictionSoft,omitempty"`
	EvictionSoftGracePeriod     map[string]string `json:"evictionSoftGracePeriod,omitempty"`
	EvictionMaxPodGracePeriod   *int32            `json:"evictionMaxPodGracePeriod,omitempty"` // seconds
	ImageGCHighThresholdPercent *int32            `json:"imageGCHighThresholdPercent,omitempty"`
	ImageGCLowThresholdPercent  *int32            `json:"imageGCLowThresholdPercent,omitempty"`
	CPUCFSQuota                 *bool             `json:"cpuCFSQuota,omitempty"`
}
