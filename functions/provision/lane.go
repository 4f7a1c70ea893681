package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

// open opens the lane, and after a killed decision first drives its launches to their end and opens again, since
// they changed what the lane says. answered says that nothing is to be decided. A launch that does not go on is
// unresumed, and no reason not to decide: its claims are there and keep their pods.
func (d *decision) open(ctx context.Context, wokenAt time.Time) (answered bool, unresumed, err error) {
	ledger, key := d.handler.Ledger, d.cluster.Info.Key
	d.lane, answered, err = ledger.Open(ctx, key, model.LaneProvision, wokenAt)
	if err != nil || answered || len(d.lane.OpenLaunches) == 0 || d.cluster.Info.Mode == model.Report {
		return answered, nil, wrap("open the lane", err)
	}
	resumed, unresumed := d.cluster.Applier.Resume(ctx, d.lane)
	d.resumed = resumed.Launches
	if unresumed != nil {
		unresumed = fmt.Errorf("resume %d launches: %w", len(d.lane.OpenLaunches), unresumed)
	}
	if errors.Is(unresumed, act.ErrUnmade) {
		return false, nil, unresumed
	}
	d.lane, answered, err = ledger.Open(ctx, key, model.LaneProvision, wokenAt)
	return answered, unresumed, wrap("open the lane again", err)
}

// complete closes the lane. That another decision has opened meanwhile is no failure: ours is carried out, and the
// other one's snapshot will have to see it.
func (d *decision) complete(ctx context.Context, began time.Time) error {
	breakers := slices.Clone(d.lane.Lapsed.Breakers)
	for _, a := range d.plan.Actions {
		if a.Break != nil {
			breakers = append(breakers, *a.Break)
			d.scope.BreakerOpened()
		}
	}
	err := d.handler.Ledger.Complete(ctx, d.cluster.Info.Key, model.LaneProvision, d.lane.Epoch, began, breakers, d.lane.Lapsed.Unavailable)
	if model.IsKind(err, model.Conflict) {
		return nil
	}
	return wrap("complete the lane", err)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
