package model

import "time"

// PodRef names one pod; the UID tells a pod from its successor of the same name.
type PodRef struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid"`
}

// String is namespace/name.
func (r PodRef) String() string { return r.Namespace + "/" + r.Name }

// Owner is the controller of a pod. Pods without one have the zero Owner.
type Owner struct {
	Kind string `json:"kind,omitempty"`
	Name string `json:"name,omitempty"`
	UID  string `json:"uid,omitempty"`
}

// Pod is what deciding about nodes needs to know of a pod.
type Pod struct {
	PodRef
	Labels    map[string]string `json:"labels,omitempty"`
	Owner     Owner             `json:"owner,omitzero"`
	CreatedAt time.Time         `json:"createdAt,omitzero"`
	Priority  int32             `json:"priority,omitempty"`

	// Requests is what the scheduler charges a node for the pod: the larger of the containers' sum and the init
	// containers' peak, sidecars and overhead included, and one of PodCount.
	Requests Resources `json:"requests"`

	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
	// NodeAffinity is required node affinity: any one of the terms must hold, each a conjunction. A term of no
	// requirement matches nothing, as in Kubernetes. Nil is no affinity.
	NodeAffinity [][]Requirement `json:"nodeAffinity,omitempty"`
	Tolerations  []Toleration    `json:"tolerations,omitempty"`

	NodeName       string `json:"nodeName,omitempty"`      // spec.nodeName: bound
	NominatedNode  string `json:"nominatedNode,omitempty"` // status.nominatedNodeName
	Phase          string `json:"phase,omitempty"`
	Unschedulable  bool   `json:"unschedulable,omitempty"` // PodScheduled is False with reason Unschedulable
	Gated          bool   `json:"gated,omitempty"`         // has scheduling gates
	ResourceClaims bool   `json:"resourceClaims,omitempty"`
	Deleting       bool   `json:"deleting,omitempty"`

	// Invalid is why the pod could not be read whole (an unknown operator, a selector that does not parse).
	Invalid string `json:"invalid,omitempty"`
}

// Finished reports whether the pod has ended and uses nothing any more.
func (p Pod) Finished() bool { return p.Phase == "Succeeded" || p.Phase == "Failed" }

// DaemonSet is the pod that a daemonset would put on a node that it matches.
type DaemonSet struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid"`
	Template  Pod    `json:"template"`
}
