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

// told remembers when something was said, by the action's key. It only saves calls: a fresh process says it again,
// and the adapter makes the same Event of the same words.
type told map[string]time.Time

// Repeats reports whether the Plan does nothing but say again what was said lately: of pods that go on waiting there is
// no news each minute.
func (a *Applier) Repeats(plan model.Plan) bool {
	a.told.forget(a.Now())
	for _, action := range plan.Actions {
		if _, said := a.told[action.Key]; action.Tell == nil || !said {
			return false
		}
	}
	return true
}

// tellAll says what was not said lately. What could not be said is not counted as said.
func (a *Applier) tellAll(ctx context.Context, actions []model.Action) error {
	now := a.Now()
	a.told.forget(now)
	var keys []string
	var tasks []func(context.Context) error
	for _, action := range actions {
		if _, said := a.told[action.Key]; !said {
			keys = append(keys, action.Key)
			tasks = append(tasks, func(ctx context.Context) error { return a.tell(ctx, *action.Tell) })
		}
	}
	said := make([]bool, len(tasks))
	for i, task := range tasks {
		tasks[i] = func(ctx context.Context) error {
			err := task(ctx)
			said[i] = err == nil
			return err
		}
	}
	err := a.Parallel(ctx, tasks...)
	if a.told == nil {
		a.told = told{}
	}
	for i, key := range keys {
		if said[i] {
			a.told[key] = now
		}
	}
	return err
}

func (a *Applier) tell(ctx context.Context, event model.TellAction) error {
	if err := a.Kubernetes.CreateEvent(ctx, event, a.Now(), component); err != nil && !model.IsKind(err, model.NotFound) {
		return fmt.Errorf("tell %s/%s: %w", event.On.Namespace, event.On.Name, err)
	}
	return nil
}

// forget drops what was said so long ago that it may be said again.
func (t told) forget(now time.Time) {
	for key, at := range t {
		if now.Sub(at) >= toldFor {
			delete(t, key)
		}
	}
}
