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
	evaluation model.Evaluation
	head       events.Header // of the event that woke us
	scope      *telemetry.Scope

	lane      model.Lane
	resumed   []act.Launched // launches of an earlier decision
	snapshot  model.Snapshot
	settings  model.Settings
	decidedAt time.Time
	plan      model.Plan
	outcome   act.Outcome
	news      bool // the plan does more than repeat why pods wait
	lost      bool // the lane, and so the plan
}

func (d *decision) run(ctx context.Context) error {
	h := d.handler
	began := h.Now()
	snapshot, err := d.cluster.Reader.Read(ctx, began)
	if err != nil {
		return fmt.Errorf("read the snapshot: %w", err)
	}
	snapshot.Cluster, snapshot.Lane = d.cluster.Info, d.lane
	d.snapshot, d.settings, d.decidedAt = snapshot, d.cluster.Info.Settings.WithDefaults(), h.Now()
	d.plan = sched.Decide(d.decidedAt, d.snapshot, d.evaluation, d.settings)
	d.scope.Decision()
	d.scope.PodsUnplaced(len(d.plan.Unplaced))
	if d.news = !d.cluster.Applier.Repeats(d.plan); d.news {
		err = h.Parallel(ctx, d.apply, d.record)
	}
	d.lost = errors.Is(err, act.ErrLaneLost)
	d.count()
	if err != nil {
		return errors.Join(err, d.tell(ctx))
	}
	return errors.Join(d.complete(ctx, began), d.tell(ctx))
}

// apply carries the plan out, unless the cluster is only reported on.
func (d *decision) apply(ctx context.Context) (err error) {
	if d.cluster.Info.Mode == model.Report {
		return nil
	}
	d.outcome, err = d.cluster.Applier.Apply(ctx, d.plan, d.lane)
	if d.outcome.Unsaid != nil {
		d.scope.Log.WarnContext(ctx, "could not write Kubernetes Events", "error", d.outcome.Unsaid.Error())
	}
	return err
}
