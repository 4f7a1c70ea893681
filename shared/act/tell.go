package act

import (
	"context"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// toldFor is how long the same words on the same object are not repeated. A pod that waits is looked at every
// minute; its Event need not be written as often.
const toldFor = 10 * time.Minute

// component is who the Kubernetes Events are from.
const component = "slipway"

// told remembers what was said, by the action's key. It only saves calls: a fresh process says it again, and the
// adapter makes the same Event of the same words.
type told map[string]time.Time

func (a *Applier) tell(ctx context.Context, event model.TellAction) error {
	if err := a.Kubernetes.CreateEvent(ctx, event, a.Now(), component); err != nil && !model.IsKind(err, model.NotFound) {
		return fmt.Errorf("tell %s/%s: %w", event.On.Namespace, event.On.Name, err)
	}
	return nil
}

// untold reports whether the action's words were not said lately, and counts them as said now.
func (a *Applier) untold(key string) bool {
	now := a.Now()
	if now.Sub(a.told[key]) < toldFor {
		return false
	}
	for k, at := range a.told {
		if now.Sub(at) >= toldFor {
			delete(a.told, k)
		}
	}
	if a.told == nil {
		a.told = told{}
	}
	a.told[key] = now
	return true
}
