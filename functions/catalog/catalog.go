// Package catalog keeps what AWS offers a cluster in one object, so that a decision needs no call to learn it:
// instance types with their offerings and prices, and each node class with its selectors resolved, its images found,
// and a launch template made for every pool of it.
//
// It is woken by Pool Changed, Class Changed and a tick of its own schedule, every five minutes, one envelope at a time:
//
//	read the pools, the classes and the last catalog
//	read the market          types, zones, prices: each kept for as long as it holds
//	resolve each class       subnets, groups, images, profile
//	make launch templates    one for each pool and image; their names are their content's hash
//	put the catalog          if anything in it changed
//	write what users read    status of classes, readiness of pools; only what changed, or we would wake ourselves
//	tell the bus             Catalog Changed, on which provision looks at waiting pods again
//
// A user's mistake (a selector that finds nothing) becomes a condition on the class, and nothing is launched from it.
// A call that failed leaves a class as the last catalog had it, and is tried again.
package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// Handler is the function.
type Handler struct {
	Clusters  Clusters
	Catalogs  Catalogs
	Bus       Bus
	Parallel  func(ctx context.Context, tasks ...func(context.Context) error) error
	Telemetry *telemetry.Telemetry
	Now       func() time.Time
	NewID     func() string

	mu       sync.Mutex
	memories map[string]*memory // by the cluster's key
}

// attempts at a refresh whose writes met somebody else's.
const attempts = 3

// Handle answers one event. Its error means: deliver again, and keep the event for people in the end.
func (h *Handler) Handle(ctx context.Context, raw json.RawMessage) error {
	defer h.Telemetry.Flush()
	event, err := events.Decode(raw)
	var decoding *events.DecodeError
	if errors.As(err, &decoding) {
		return h.refuse(ctx, decoding)
	}
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	head := event.Head()
	scope := h.Telemetry.About(telemetry.Subject{Cluster: head.Cluster, ClusterName: head.ClusterName, Event: head.ID, Cause: head.Cause})
	scope.EventReceived(event.Kind())
	switch event.(type) {
	case events.PoolChanged, events.ClassChanged:
		return h.refresh(ctx, head, scope)
	case events.Tick:
		if err := h.refresh(ctx, head, scope); err != nil {
			scope.Log.WarnContext(ctx, "tick acknowledged without a whole refresh; a later one repeats it", "error", err.Error())
			scope.TickUnanswered()
		}
		return nil
	}
	scope.EventUnknown(event.Kind())
	return nil
}

// refuse counts what could not be decoded. An unknown kind is acknowledged; the rest is an error, so that Lambda
// hands the raw event to the queue for failures.
func (h *Handler) refuse(ctx context.Context, err *events.DecodeError) error {
	scope := h.Telemetry.About(telemetry.Subject{})
	if err.Ignorable() {
		scope.EventUnknown(err.Kind())
		return nil
	}
	scope.EventMalformed(err.Kind())
	scope.Log.ErrorContext(ctx, "event not decoded", "error", err.Error())
	return err
}

func (h *Handler) refresh(ctx context.Context, head events.Header, scope *telemetry.Scope) error {
	began := h.Now()
	defer func() { scope.OwnTime(h.Now().Sub(began)) }()
	cluster, err := h.Clusters.Connect(ctx, head.Cluster)
	if err != nil {
		return fmt.Errorf("connect to cluster %s: %w", head.ClusterName, err)
	}
	for range attempts {
		r := &refresh{handler: h, cluster: cluster, memory: h.memory(head.Cluster), head: head, scope: scope, now: h.Now()}
		err = r.run(ctx)
		if !model.IsKind(err, model.Conflict) {
			break
		}
	}
	return wrap("catalog of cluster "+cluster.Info.Name, err)
}

func (h *Handler) memory(key string) *memory {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.memories == nil {
		h.memories = map[string]*memory{}
	}
	if h.memories[key] == nil {
		h.memories[key] = &memory{}
	}
	return h.memories[key]
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
