package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// visit is one look at a cluster because of one event.
type visit struct {
	handler *Handler
	cluster *Cluster
	head    events.Header
	scope   *telemetry.Scope

	touched  map[string]bool // pools whose claims changed
	allPools bool            // whether all pools are to be counted
	came     map[string]bool // by pool, whether the node that was last waited for came
	told     []events.Event
	pending  *[]model.Pod // pods without a node; nil until they were listed
}

func newVisit(h *Handler, head events.Header, scope *telemetry.Scope) *visit {
	return &visit{handler: h, head: head, scope: scope, touched: map[string]bool{}, came: map[string]bool{}}
}

// lookFor is what is to be looked at for the event, nil for one that is none of ours.
func (v *visit) lookFor(event events.Event) func(context.Context) error {
	switch event := event.(type) {
	case events.NodeChanged:
		return func(ctx context.Context) error {
			return errors.Join(v.nodes(ctx, event.Nodes), v.claims(ctx, event.Claims))
		}
	case events.ClaimDue:
		return func(ctx context.Context) error { return v.due(ctx, event) }
	case events.Tick:
		return v.all
	}
	return nil
}

func (v *visit) publish(ctx context.Context) error {
	requests, err := events.Requests(v.told)
	if err != nil {
		return fmt.Errorf("tell the bus: %w", err)
	}
	for _, request := range requests {
		if err := v.handler.Bus.Put(ctx, request); err != nil {
			return fmt.Errorf("tell the bus: %w", err)
		}
	}
	return nil
}

func (v *visit) next() events.Header { return v.head.Next(v.handler.NewID(), v.handler.Now()) }
