package model

import "time"

// Snapshot is one cluster at one moment. Lists are sorted by name (pods by namespace and name), so that equal
// clusters make equal snapshots.
type Snapshot struct {
	Cluster    Cluster     `json:"cluster"`
	At         time.Time   `json:"at"`   // when reading began
	Pods       []Pod       `json:"pods"` // without a node, and not finished
	Nodes      []Node      `json:"nodes"`
	Claims     []NodeClaim `json:"claims"`
	Pools      []NodePool  `json:"pools"`
	DaemonSets []DaemonSet `json:"daemonSets"`
	Catalog    *Catalog    `json:"catalog"`
	Lane       Lane        `json:"lane"`
	// Contradictions are parts that do not fit together and were left out, in words.
	Contradictions []string `json:"contradictions,omitempty"`
}

// Evaluation is why we look.
type Evaluation struct {
	ID      string   `json:"id"`      // of the event that woke us, or of the first of a batch
	Trigger string   `json:"trigger"` // the event's kind
	Subject string   `json:"subject,omitempty"`
	Causes  []string `json:"causes,omitempty"` // ids of all events that this evaluation answers
}

// Settings of one cluster.
type Settings struct {
	// LaunchesPerMinute caps the instances asked for in one minute.
	LaunchesPerMinute int64 `json:"launchesPerMinute,omitempty"`
	// MaxPrice caps the sum of all claims' prices, in microdollars an hour; 0 is no cap.
	MaxPrice int64 `json:"maxPrice,omitempty"`
	// BreakerAfter is how long a pod may stay unbound beside an Initialized node that was bought for it.
	BreakerAfter time.Duration `json:"breakerAfter,omitempty"`
	// BreakerFor is how long nothing is bought for such an owner.
	BreakerFor time.Duration `json:"breakerFor,omitempty"`
	// NoCapacityFor is how long an offering is hidden after EC2 refused it.
	NoCapacityFor time.Duration `json:"noCapacityFor,omitempty"`
	// RegisterWithin is how long an instance has to become a registered node.
	RegisterWithin time.Duration `json:"registerWithin,omitempty"`
}

// WithDefaults returns s with the default in place of each zero that has one.
func (s Settings) WithDefaults() Settings {
	def := func(p *time.Duration, d time.Duration) {
		if *p == 0 {
			*p = d
		}
	}
	if s.LaunchesPerMinute == 0 {
		s.LaunchesPerMinute = 300
	}
	def(&s.BreakerAfter, 2*time.Minute)
	def(&s.BreakerFor, 10*time.Minute)
	def(&s.NoCapacityFor, 3*time.Minute)
	def(&s.RegisterWithin, 15*time.Minute)
	return s
}
