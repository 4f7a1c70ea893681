// Package provision gives pods without a place a node: the grow lane.
//
// It is woken by Pods Pending, Capacity Needed, Catalog Changed and the tick, all through one FIFO queue whose group
// is the cluster. What woke it does not matter to what it does; one decision answers all that came before its
// snapshot:
//
//	open the lane          (wake-ups that a completed decision has seen already end here)
//	resume open launches   (of a decision that was killed)
//	read the snapshot      shared/snapshot
//	decide                 shared/sched
//	apply                  shared/act, with the decision record beside it
//	complete the lane, tell the bus
package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// Clusters connects to clusters. A connection may be kept from invocation to invocation.
type Clusters interface {
	Connect(ctx context.Context, key string) (*Cluster, error)
}

// Cluster is a connected cluster.
type Cluster struct {
	Info    model.Cluster // as registered
	Reader  Reader
	Applier *act.Applier
}

// Reader reads a snapshot, without Cluster and Lane.
type Reader interface {
	Read(ctx context.Context, now time.Time) (model.Snapshot, error)
}

// Ledger is the lane's fence.
type Ledger interface {
	// Open opens a decision. answered says that a completed one has seen all that came before wokenAt.
	Open(ctx context.Context, cluster, lane string, wokenAt time.Time) (l model.Lane, answered bool, err error)
	// Complete ends a decision whose snapshot began at the time, and drops marks that have run out: Conflict when
	// another one has opened.
	Complete(ctx context.Context, cluster, lane string, epoch int64, began time.Time, breakers []model.Breaker, drop []model.Unavailable) error
}

// Records keeps decision records.
type Records interface {
	PutDecision(ctx context.Context, key string, body []byte) error
}

// Bus publishes events, at most events.MaxBatchCount at once.
type Bus interface {
	Put(ctx context.Context, entries []events.Entry) error
}

// Handler is the function.
type Handler struct {
	Clusters  Clusters
	Ledger    Ledger
	Records   Records
	Bus       Bus
	Loop      batch.Loop
	Parallel  act.Parallel
	Telemetry *telemetry.Telemetry
	Version   string
	Now       func() time.Time
	NewID     func() string
}

// wake is one message that wants a decision.
type wake struct {
	event events.Event
	sent  time.Time
}

// Handle answers a batch of wake-ups with one decision for each cluster.
func (h *Handler) Handle(ctx context.Context, sqs batch.Event) (batch.Response, error) {
	defer h.Telemetry.Flush()
	return batch.Groups(ctx, h.Loop, sqs, open, h.evaluate)
}

func open(r batch.Record) (wake, error) {
	event, err := events.Decode([]byte(r.Body))
	if err != nil {
		return wake{}, err
	}
	switch event.(type) {
	case events.PodsPending, events.CapacityNeeded, events.CatalogChanged, events.Tick:
		return wake{event, r.Sent}, nil
	}
	return wake{}, batch.Skip("provision does not act on " + event.Kind())
}

// evaluate decides for one cluster. A cluster that does not answer keeps its wake-ups in the queue, but for ticks,
// of which the next minute brings another.
func (h *Handler) evaluate(ctx context.Context, _ string, wakes []wake) error {
	began := h.Now()
	head := wakes[0].event.Head()
	scope := h.Telemetry.About(telemetry.Subject{Cluster: head.Cluster, ClusterName: head.ClusterName, Event: head.ID, Cause: head.Cause})
	for _, w := range wakes {
		scope.EventReceived(w.event.Kind())
	}
	err := h.decide(ctx, wakes, scope)
	scope.OwnTime(h.Now().Sub(began))
	if err == nil || !onlyTicks(wakes) {
		return err
	}
	scope.Log.WarnContext(ctx, "tick acknowledged without a decision; the next repeats it", "error", err.Error())
	scope.TickUnanswered()
	return nil
}

func onlyTicks(wakes []wake) bool {
	for _, w := range wakes {
		if _, tick := w.event.(events.Tick); !tick {
			return false
		}
	}
	return true
}

func (h *Handler) decide(ctx context.Context, wakes []wake, scope *telemetry.Scope) error {
	head := wakes[0].event.Head()
	cluster, err := h.Clusters.Connect(ctx, head.Cluster)
	if model.IsKind(err, model.NotFound) {
		return batch.Permanent(fmt.Errorf("cluster %s (%s): %w", head.ClusterName, head.Cluster, err))
	}
	if err != nil {
		return fmt.Errorf("connect to cluster %s: %w", head.ClusterName, err)
	}
	d := &decision{handler: h, cluster: cluster, evaluation: evaluation(wakes), head: head, scope: scope}
	answered, unresumed, err := d.open(ctx, newest(wakes))
	if err != nil {
		return err
	}
	if answered {
		scope.Log.DebugContext(ctx, "answered by an earlier decision")
		return unresumed
	}
	err = d.run(ctx)
	if errors.Is(err, act.ErrLaneLost) {
		scope.Log.InfoContext(ctx, "dropped the plan", "reason", err.Error(), "epoch", d.lane.Epoch)
		return nil // whoever has the lane now looks at what woke us, and at what we left open
	}
	return errors.Join(err, unresumed)
}

// newest is when the last of the wake-ups was sent.
func newest(wakes []wake) time.Time {
	var t time.Time
	for _, w := range wakes {
		if w.sent.After(t) {
			t = w.sent
		}
	}
	return t
}

func evaluation(wakes []wake) model.Evaluation {
	e := model.Evaluation{ID: wakes[0].event.Head().ID, Trigger: wakes[0].event.Kind()}
	for _, w := range wakes {
		e.Causes = append(e.Causes, w.event.Head().ID)
	}
	if needed, ok := wakes[0].event.(events.CapacityNeeded); ok {
		e.Subject = needed.Subject
	}
	return e
}
