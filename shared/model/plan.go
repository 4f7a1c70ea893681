package model

// Plan is what a decision found: ordered actions, where every pod goes, and why the others go nowhere. The same
// inputs give the same Plan, byte for byte.
type Plan struct {
	// Reason sums the decision up in one line for people.
	Reason  string   `json:"reason"`
	Actions []Action `json:"actions,omitempty"`
	// Placements of the pods that found a place, sorted by pod.
	Placements []Placement `json:"placements,omitempty"`
	Unplaced   []Unplaced  `json:"unplaced,omitempty"` // sorted by pod
	Ignored    []Ignored   `json:"ignored,omitempty"`  // sorted by pod
	// Price of the new claims in microdollars an hour, each at the cheapest offering that it admits.
	Price int64 `json:"price,omitempty"`
	// CapsHit are the caps that kept something from being bought, in words.
	CapsHit []string `json:"capsHit,omitempty"`
}

// Empty reports whether there is nothing to carry out.
func (p Plan) Empty() bool { return len(p.Actions) == 0 }

// Action is one thing to do. Exactly one of the pointers is set.
type Action struct {
	// Key is derived from the content: the same action decided twice has the same key.
	Key    string `json:"key"`
	Reason string `json:"reason"`

	Launch   *LaunchAction   `json:"launch,omitempty"`
	Remember *RememberAction `json:"remember,omitempty"`
	Release  *ReleaseAction  `json:"release,omitempty"`
	Break    *Breaker        `json:"break,omitempty"`
	Tell     *TellAction     `json:"tell,omitempty"`
}

// LaunchAction asks for one instance for each claim. The claims are of one shape: same pool, class, requirements
// and taints. Claims without UID are made first; one with UID exists already and lost its last launch.
type LaunchAction struct {
	ID           string            `json:"id"`
	Attempt      int               `json:"attempt"`
	CapacityType string            `json:"capacityType"`
	Template     LaunchTemplate    `json:"template"`
	Class        string            `json:"class"`
	Tags         map[string]string `json:"tags,omitempty"` // of the class, for everything that is launched
	Overrides    []FleetOverride   `json:"overrides"`      // cheapest first
	Shapes       []Shape           `json:"shapes"`         // of each type among the overrides, sorted by type
	Claims       []NodeClaim       `json:"claims"`
}

// Shape is what a node of a type will have under the class of its pool, and the labels that its type brings.
type Shape struct {
	Type        string            `json:"type"`
	Labels      map[string]string `json:"labels,omitempty"`
	Capacity    Resources         `json:"capacity"`
	Allocatable Resources         `json:"allocatable"`
}

// RememberAction writes the pods that were placed on an existing claim into its AnnotationPods, if the claim is
// still at the resource version.
type RememberAction struct {
	Claim           string   `json:"claim"`
	UID             string   `json:"uid"`
	ResourceVersion string   `json:"resourceVersion"`
	Pods            []PodRef `json:"pods"`
}

// ReleaseAction deletes a claim that never got an instance and is not needed, if it is still at the resource
// version and no open launch names it.
type ReleaseAction struct {
	Claim           string `json:"claim"`
	UID             string `json:"uid"`
	ResourceVersion string `json:"resourceVersion"`
}

// TellAction is a Kubernetes Event.
type TellAction struct {
	On      EventObject `json:"on"`
	Warning bool        `json:"warning,omitempty"`
	Reason  string      `json:"reason"` // CamelCase
	Message string      `json:"message"`
}

// EventObject is what a Kubernetes Event is about.
type EventObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
}

// Placement of a pod.
type Placement struct {
	Pod PodRef `json:"pod"`
	On  Target `json:"on"`
	Why string `json:"why"`
}

// Target of a placement: a node or a claim, by name.
type Target struct {
	Node  string `json:"node,omitempty"`
	Claim string `json:"claim,omitempty"`
	New   bool   `json:"new,omitempty"` // the claim is made by this Plan
}

// Unplaced is a pod that found no place, with the nearest miss of each pool.
type Unplaced struct {
	Pod   PodRef       `json:"pod"`
	Pools []PoolReason `json:"pools,omitempty"` // in the order in which the pools were tried
	// Reason stands alone when no pool was asked: no pools, a breaker, an invalid pod.
	Reason string `json:"reason,omitempty"`
}

// PoolReason is why a pool does not take a pod.
type PoolReason struct {
	Pool   string `json:"pool"`
	Reason string `json:"reason"`
}

// Ignored is a pod that waits for somebody else, with the reason.
type Ignored struct {
	Pod    PodRef `json:"pod"`
	Reason string `json:"reason"`
}
