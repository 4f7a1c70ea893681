package emulator

import (
	"context"
	"encoding/json"
)

// Event is one of an AWS service, which nobody but AWS may put on a bus.
type Event struct {
	Source     string          `json:"source"` // "aws.health"
	DetailType string          `json:"detail-type"`
	Account    string          `json:"account,omitempty"` // "" is Account
	Region     string          `json:"region,omitempty"`  // "" is Region
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// PutEvent puts an event of an AWS service on the default bus; id is the event's.
func (c *Control) PutEvent(ctx context.Context, e Event) (id string, err error) {
	e.Resources = list(e.Resources)
	var answer struct{ EventID string }
	err = c.post(ctx, "events", e, &answer)
	return answer.EventID, err
}

// Interrupt sends the two-minute warning for a spot instance. What happens
// after the two minutes is up to the caller.
func (c *Control) Interrupt(ctx context.Context, instanceID string) error {
	return c.post(ctx, "interrupt", map[string]string{"instanceId": instanceID}, nil)
}
