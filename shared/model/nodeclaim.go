package model

import "time"

// NodeClaim is the durable intent to have one node, written before EC2 is called.
type NodeClaim struct {
	Name            string            `json:"name"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Generation      int64             `json:"generation,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	Annotations     map[string]string `json:"annotations,omitempty"`
	Finalizers      []string          `json:"finalizers,omitempty"`
	OwnerPool       ObjectRef         `json:"ownerPool,omitzero"`
	CreatedAt       time.Time         `json:"createdAt,omitzero"`
	DeletedAt       time.Time         `json:"deletedAt,omitzero"` // deletionTimestamp; zero when it is to live

	Class                  ClassRef      `json:"class"`
	Requirements           []Requirement `json:"requirements,omitempty"`
	Requests               Resources     `json:"requests,omitzero"`
	Taints                 []Taint       `json:"taints,omitempty"`
	StartupTaints          []Taint       `json:"startupTaints,omitempty"`
	ExpireAfter            string        `json:"expireAfter,omitempty"`
	TerminationGracePeriod string        `json:"terminationGracePeriod,omitempty"`

	ProviderID  string     `json:"providerID,omitempty"`
	NodeName    string     `json:"nodeName,omitempty"`
	ImageID     string     `json:"imageID,omitempty"`
	Capacity    Resources  `json:"capacity,omitzero"`
	Allocatable Resources  `json:"allocatable,omitzero"`
	Conditions  Conditions `json:"conditions,omitempty"`

	// Pods that the claim was made for, from AnnotationPods.
	Pods []PodRef `json:"pods,omitempty"`
	// Used and Daemons as of Node, for a claim whose node is not Initialized yet; filled in the Snapshot.
	Used    Resources `json:"used,omitzero"`
	Daemons []string  `json:"daemons,omitempty"`
}

// ObjectRef names an object that another one points to.
type ObjectRef struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
}

// Pool is the NodePool that the claim belongs to.
func (c NodeClaim) Pool() string { return c.Labels[LabelNodePool] }

// Deleting reports whether the claim's removal has begun.
func (c NodeClaim) Deleting() bool { return !c.DeletedAt.IsZero() }

// Launched reports whether EC2 has given the claim an instance.
func (c NodeClaim) Launched() bool { return c.ProviderID != "" }

// Initialized reports whether the node is complete, so that its own figures are better than the claim's.
func (c NodeClaim) Initialized() bool { return c.Conditions.IsTrue(Initialized) }
