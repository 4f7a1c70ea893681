package model

import "time"

// Launch is one CreateFleet call for claims of one shape. It is frozen in the ledger before the call and sent
// again verbatim after a lost answer; until it is closed it owns its instances.
type Launch struct {
	Schema  int    `json:"schema"`
	ID      string `json:"id"` // also the instances' tag TagLaunch
	Cluster string `json:"cluster"`
	Epoch   int64  `json:"epoch"`   // of the decision that froze it
	Attempt int    `json:"attempt"` // 1, 2, ...
	Token   string `json:"token"`   // CreateFleet's ClientToken
	// Action is what the decision asked for: shapes to fill the claims' status from, offerings to try next.
	Action LaunchAction `json:"action"`
	// Request is the serialized CreateFleet request; only its adapter reads it.
	Request   []byte    `json:"request"`
	CreatedAt time.Time `json:"createdAt"`
	// Answer is stored once, conditionally; nil while none is known.
	Answer *FleetAnswer `json:"answer,omitempty"`
}

// Claims of the launch in pairing order: the i-th instance of the sorted answer belongs to the i-th claim.
func (l Launch) Claims() []NodeClaim { return l.Action.Claims }

// LaunchSchema is the schema number of the Launch that this version writes.
const LaunchSchema = 1

// ResendBefore is the age up to which a launch may be sent again; an older one is only looked up by its tag, since
// how long EC2 remembers a client token is not documented.
const ResendBefore = 10 * time.Minute

// FleetAnswer is what CreateFleet answered, or what a look-up by tag found.
type FleetAnswer struct {
	FleetID   string       `json:"fleetID,omitempty"`
	Instances []Instance   `json:"instances,omitempty"` // sorted by ID
	Errors    []FleetError `json:"errors,omitempty"`
}

// Instance of EC2.
type Instance struct {
	ID           string            `json:"id"`
	Type         string            `json:"type"`
	Zone         string            `json:"zone"`
	CapacityType string            `json:"capacityType"`
	ImageID      string            `json:"imageID,omitempty"`
	State        string            `json:"state,omitempty"`
	PrivateDNS   string            `json:"privateDNS,omitempty"`
	LaunchedAt   time.Time         `json:"launchedAt,omitzero"`
	Tags         map[string]string `json:"tags,omitempty"`
}

// FleetError is one offering that CreateFleet could not give.
type FleetError struct {
	Kind         ErrorKind `json:"kind"`
	Code         string    `json:"code"`
	Message      string    `json:"message,omitempty"`
	Type         string    `json:"type,omitempty"`
	Zone         string    `json:"zone,omitempty"`
	Subnet       string    `json:"subnet,omitempty"`
	CapacityType string    `json:"capacityType,omitempty"`
}

// FleetRequest is what a CreateFleet call asks for, before it is serialized.
type FleetRequest struct {
	Token        string            `json:"token"`
	Count        int               `json:"count"`
	CapacityType string            `json:"capacityType"` // Spot or OnDemand
	Template     LaunchTemplate    `json:"template"`
	Overrides    []FleetOverride   `json:"overrides"` // cheapest first, at most MaxOverrides
	Tags         map[string]string `json:"tags"`      // of fleet, instance and volume
}

// FleetOverride is one offering that the fleet may take.
type FleetOverride struct {
	Type   string `json:"type"`
	Zone   string `json:"zone"`
	Subnet string `json:"subnet"`
}

// MaxOverrides is how many offerings one CreateFleet call names.
const MaxOverrides = 60
