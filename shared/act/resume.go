package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// Resume drives every launch on that an earlier decision left open. The claims that come out empty stay without
// instance and launch; the decision that follows sees them so.
func (a *Applier) Resume(ctx context.Context, lane model.Lane) (Outcome, error) {
	var out Outcome
	var failed error
	for _, id := range lane.OpenLaunches {
		launch, err := a.Ledger.Launch(ctx, a.Cluster.Key, id)
		if model.IsKind(err, model.NotFound) {
			err = a.Ledger.Close(ctx, a.Cluster.Key, a.Lane, id)
			failed = errors.Join(failed, err)
			continue
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("open launch %s: %w", id, err))
			continue
		}
		if launch, err = a.readTags(ctx, launch); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		r, err := a.drive(ctx, launch)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		out.Launches = append(out.Launches, r.launched())
	}
	return out, failed
}

// readTags looks at the instances of a stored answer, since whoever stored it may have tagged some already.
func (a *Applier) readTags(ctx context.Context, launch model.Launch) (model.Launch, error) {
	if launch.Answer == nil || len(launch.Answer.Instances) == 0 {
		return launch, nil
	}
	found, err := a.lookUp(ctx, launch.ID)
	if err != nil {
		return launch, fmt.Errorf("launch %s: %w", launch.ID, err)
	}
	tags := map[string]map[string]string{}
	for _, i := range found.Instances {
		tags[i.ID] = i.Tags
	}
	answer := *launch.Answer
	answer.Instances = append([]model.Instance(nil), answer.Instances...)
	for i := range answer.Instances {
		answer.Instances[i].Tags = tags[answer.Instances[i].ID]
	}
	launch.Answer = &answer
	return launch, nil
}
