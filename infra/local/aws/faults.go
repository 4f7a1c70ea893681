package emulator

import "context"

// FaultKind is what goes wrong with a call.
type FaultKind string

const (
	// Lost carries the call out and closes the connection without an answer.
	Lost FaultKind = "lost"
	// Answer500 carries the call out and answers 500.
	Answer500 FaultKind = "answer500"
	// Refused answers Status with Code and Message, and carries nothing out.
	Refused FaultKind = "error"
)

// Fault holds for the next Count calls of an action.
type Fault struct {
	Service string    `json:"service"` // as in the signature: "ec2"
	Action  string    `json:"action"`  // "CreateFleet", or "*" for any
	Kind    FaultKind `json:"kind"`
	Count   int       `json:"count,omitempty"`   // 0 means 1
	Status  int       `json:"status,omitempty"`  // of Refused; 0 means 503
	Code    string    `json:"code,omitempty"`    // of Refused; "" means RequestLimitExceeded
	Message string    `json:"message,omitempty"` // of Refused
}

// Arm adds a fault.
func (c *Control) Arm(ctx context.Context, f Fault) error {
	return c.post(ctx, "faults", f, nil)
}

// LoseNextAnswer has the next call of an action carried out, but not answered.
// The SDK retries by itself; give it one attempt to see the error.
func (c *Control) LoseNextAnswer(ctx context.Context, service, action string) error {
	return c.Arm(ctx, Fault{Service: service, Action: action, Kind: Lost})
}
