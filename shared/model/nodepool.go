package model

// ClassRef points from a pool or a claim to its node class.
type ClassRef struct {
	Group string `json:"group,omitempty"`
	Kind  string `json:"kind,omitempty"`
	Name  string `json:"name"`
}

// Ours reports whether the reference is to an EC2NodeClass; Auto Mode's NodeClass and others are left alone.
func (r ClassRef) Ours() bool { return r.Group == "karpenter.k8s.aws" && r.Kind == "EC2NodeClass" }

// NodePool is Karpenter's: a template for nodes, with limits.
type NodePool struct {
	Name            string            `json:"name"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Generation      int64             `json:"generation,omitempty"`
	Annotations     map[string]string `json:"annotations,omitempty"`
	Weight          int32             `json:"weight,omitempty"`
	Deleting        bool              `json:"deleting,omitempty"`
	// Static is set for a pool of a fixed number of replicas, which takes no pods' demand.
	Static bool `json:"static,omitempty"`
	// Limits of what the pool's nodes may sum up to, nil values being unlimited.
	Limits []Limit `json:"limits,omitempty"`

	// The template of its claims.
	Labels                 map[string]string `json:"labels,omitempty"`
	ClaimAnnotations       map[string]string `json:"claimAnnotations,omitempty"`
	Requirements           []Requirement     `json:"requirements,omitempty"`
	Taints                 []Taint           `json:"taints,omitempty"`
	StartupTaints          []Taint           `json:"startupTaints,omitempty"`
	Class                  ClassRef          `json:"class"`
	ExpireAfter            string            `json:"expireAfter,omitempty"`            // a Go duration or Never
	TerminationGracePeriod string            `json:"terminationGracePeriod,omitempty"` // a Go duration; empty is none

	// Hash is of the template, in our own hash version; catalog writes it as AnnotationPoolHash.
	Hash string `json:"hash,omitempty"`

	Conditions Conditions `json:"conditions,omitempty"`
	Resources  Resources  `json:"resources,omitzero"` // status.resources
	Nodes      int64      `json:"nodes,omitempty"`    // status.nodes
}

// Limit of one resource over all nodes of a pool: millicores for cpu, a count for "nodes", base units for others.
type Limit struct {
	Resource string `json:"resource"`
	Value    int64  `json:"value"`
}

// LimitNodes is the name of the limit on the number of nodes.
const LimitNodes = "nodes"

// NodeClass is what deciding needs of an EC2NodeClass; what its selectors resolved to is in the Catalog.
type NodeClass struct {
	Name            string     `json:"name"`
	UID             string     `json:"uid,omitempty"`
	ResourceVersion string     `json:"resourceVersion,omitempty"`
	Generation      int64      `json:"generation,omitempty"`
	Deleting        bool       `json:"deleting,omitempty"`
	Conditions      Conditions `json:"conditions,omitempty"`
}
