package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// decision is one pass from an opened lane to a completed one.
type decision struct {
	handler    *Handler
	cluster    *Cluster
	lane       model.Lane
	evaluation model.Evaluation
	head       events.Header // of the event that woke us
	scope      *telemetry.Scope

	snapshot  model.Snapshot
	plan      model.Plan
	decidedAt time.Time
	outcome   act.Outcome
}

func (d *decision) run(ctx context.Context) error {
	h := d.handler
	began := h.Now()
	snapshot, err := d.cluster.Reader.Read(ctx, began)
	if err != nil {
		return fmt.Errorf("read the snapshot: %w", err)
	}
	snapshot.Cluster, snapshot.Lane = d.cluster.Info, d.lane
	settings := d.cluster.Info.Settings.WithDefaults()
	d.snapshot = snapshot
	d.decidedAt = h.Now()
	d.plan = sched.Decide(d.decidedAt, snapshot, d.evaluation, settings)
	d.scope.Decision()
	d.scope.PodsUnplaced(len(d.plan.Unplaced))
	if d.plan.Empty() || d.cluster.Info.Mode == model.Report {
		return errors.Join(d.complete(ctx, began), d.tell(ctx))
	}
	err = h.Parallel(ctx,
		func(ctx context.Context) (err error) {
			d.outcome, err = d.cluster.Applier.Apply(ctx, d.plan, d.lane)
			return err
		},
		func(ctx context.Context) error { return d.record(ctx, settings) },
	)
	told := d.tell(ctx)
	if err != nil {
		return errors.Join(err, told)
	}
	return errors.Join(d.complete(ctx, began), told)
}

// complete closes the lane. That another decision has opened meanwhile is no failure: ours is carried out, and the
// other one's snapshot will have to see it.
func (d *decision) complete(ctx context.Context, began time.Time) error {
	breakers := d.lane.Lapsed.Breakers
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
