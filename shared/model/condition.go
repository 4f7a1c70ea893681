package model

import (
	"slices"
	"strings"
	"time"
)

// Status of a condition.
const (
	True    = "True"
	False   = "False"
	Unknown = "Unknown"
)

// Condition types of Karpenter's objects.
const (
	Launched    = "Launched"
	Registered  = "Registered"
	Initialized = "Initialized"
	Ready       = "Ready"
)

// Condition of an object, as metav1.Condition.
type Condition struct {
	Type               string    `json:"type"`
	Status             string    `json:"status"`
	Reason             string    `json:"reason,omitempty"`
	Message            string    `json:"message,omitempty"`
	LastTransitionTime time.Time `json:"lastTransitionTime,omitzero"`
	ObservedGeneration int64     `json:"observedGeneration,omitempty"`
}

// Conditions of one object, one a type.
type Conditions []Condition

// Get returns the condition of the type; Status is Unknown when there is none.
func (c Conditions) Get(kind string) Condition {
	for _, x := range c {
		if x.Type == kind {
			return x
		}
	}
	return Condition{Type: kind, Status: Unknown}
}

// IsTrue reports whether the condition of the type is True.
func (c Conditions) IsTrue(kind string) bool { return c.Get(kind).Status == True }

// With returns the conditions with x in place of the one of its type, sorted by type. The transition time stays
// that of the existing condition when the status is the same, as Kubernetes wants it. c is not changed.
func (c Conditions) With(x Condition) Conditions {
	if old := c.Get(x.Type); old.Status == x.Status && !old.LastTransitionTime.IsZero() {
		x.LastTransitionTime = old.LastTransitionTime
	}
	out := make(Conditions, 0, len(c)+1)
	for _, y := range c {
		if y.Type != x.Type {
			out = append(out, y)
		}
	}
	out = append(out, x)
	slices.SortFunc(out, func(a, b Condition) int { return strings.Compare(a.Type, b.Type) })
	return out
}
