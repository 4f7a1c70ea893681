package events

// KindCapacityNeeded: capacity is about to go, or went, and what ran on it needs a place before
// it asks for one. interrupt, terminate and register publish it; provision is woken by it.
const KindCapacityNeeded = "Capacity Needed"

// CapacityNeeded is the detail of KindCapacityNeeded.
type CapacityNeeded struct {
	Header
	// Reason is for people, e.g. "spot interruption".
	Reason string `json:"reason"`
	// Subject is what is going: a NodeClaim's name, or empty when no single one is.
	Subject string `json:"subject,omitempty"`
}

func capacityNeeded() Kind {
	return ours[CapacityNeeded](`{"source":["slipway"],"detail-type":["Capacity Needed"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewCapacityNeeded is a CapacityNeeded.
func NewCapacityNeeded(head Header, reason, subject string) CapacityNeeded {
	return CapacityNeeded{Header: head, Reason: reason, Subject: subject}
}

// Kind implements Event.
func (CapacityNeeded) Kind() string { return KindCapacityNeeded }

func (e CapacityNeeded) check() error { return required(field{"reason", e.Reason}) }
