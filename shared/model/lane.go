package model

import "time"

// Lane is the ledger's item that fences the decisions of one kind in one cluster. A decision opens with one
// conditional update that raises Epoch and returns everything; its writes are conditioned on that epoch.
type Lane struct {
	Cluster string `json:"cluster"` // key
	Name    string `json:"name"`    // provision or disrupt
	Epoch   int64  `json:"epoch"`
	// Completed is when the snapshot of the last completed decision began: wake-ups sent before it are answered.
	Completed   time.Time     `json:"completed,omitzero"`
	Unavailable []Unavailable `json:"unavailable,omitempty"`
	// LaunchMinute and LaunchCount count the instances asked for in the running minute, for the cap.
	LaunchMinute time.Time `json:"launchMinute,omitzero"`
	LaunchCount  int64     `json:"launchCount,omitempty"`
	OpenLaunches []string  `json:"openLaunches,omitempty"` // ids, sorted
	Breakers     []Breaker `json:"breakers,omitempty"`
	// Lapsed is what had run out when the decision opened, to be dropped from the ledger when it completes.
	Lapsed Lapsed `json:"lapsed,omitzero"`
}

// Lapsed marks and breakers of a lane: they hide and stop nothing any more.
type Lapsed struct {
	Unavailable []Unavailable `json:"unavailable,omitempty"`
	Breakers    []Breaker     `json:"breakers,omitempty"`
}

// The lanes.
const (
	LaneProvision = "provision"
	LaneDisrupt   = "disrupt"
)

// Unavailable marks offerings that EC2 refused. Empty fields match everything: a quota has no type and no zone, a
// subnet without addresses only its id.
type Unavailable struct {
	Type         string    `json:"type,omitempty"`
	Zone         string    `json:"zone,omitempty"`
	CapacityType string    `json:"capacityType,omitempty"`
	Subnet       string    `json:"subnet,omitempty"`
	Until        time.Time `json:"until"`
	Reason       string    `json:"reason"`
}

// Hides reports whether the mark hides the offering of the type at the time. Marks on subnets hide none.
func (u Unavailable) Hides(now time.Time, typ string, o Offering) bool {
	return u.Subnet == "" && now.Before(u.Until) &&
		(u.Type == "" || u.Type == typ) &&
		(u.Zone == "" || u.Zone == o.Zone) &&
		(u.CapacityType == "" || u.CapacityType == o.CapacityType)
}

// Breaker stops buying for an owner whose pods do not bind to what was bought for them.
type Breaker struct {
	Owner  string    `json:"owner"` // OwnerKey
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
}

// OwnerKey identifies the controller of a pod over its pods' generations; a bare pod is its own owner.
func OwnerKey(p Pod) string {
	if p.Owner.UID != "" {
		return p.Owner.UID
	}
	return p.UID
}
