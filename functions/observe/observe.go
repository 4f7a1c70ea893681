// Package observe watches the clusters and tells the bus what changed in them.
//
// It is the only function that lives long: each minute's invocation asks for a lease, and the one that gets it
// watches all registered clusters for about 14 minutes; the others end at once. Nothing is written to a cluster.
//
//	term      the lease: who watches, and how a successor begins before its predecessor stops
//	roster    the registry, read each minute: which clusters are watched
//	watcher   one cluster: five kinds of objects are listed, then watched from there on
//	kind      what of an object is news: a fingerprint of the fields that others act upon, and nothing else. Status,
//	          heartbeats and our own annotations are left out, or our own patches would wake us for ever
//	outlet    one kind of event of one cluster: news is gathered until it is quiet, and put on the bus
//
// Events only wake; whoever is woken reads the cluster. So a doubled event is harmless and one that names more than
// changed as well, while none may be lost as long as the function lives: news that the bus did not take is kept and
// put again with what came meanwhile.
//
// In poll mode an invocation lists once, tells what stands out, keeps nothing and ends.
package observe

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// Handler is the function.
type Handler struct {
	Registry  Registry
	Clusters  Clusters
	Leases    Leases
	Bus       Bus
	Telemetry *telemetry.Telemetry

	Mode config.ObserveMode
	For  time.Duration // how long a watcher lives

	Now   func() time.Time
	After func(time.Duration) <-chan time.Time // as time.After
	NewID func() string
	// Random gives numbers from 0 to 1, of which 1 is none: it spreads new attempts.
	Random func() float64
	// Parallel runs the clusters' polls and waits for all. Watchers have goroutines of their own: they live long,
	// and there is no bound to them that would not leave a cluster unwatched.
	Parallel func(ctx context.Context, tasks ...func(context.Context) error) error
}

// Handle serves one invocation; what is in it does not matter. An error means that the ledger or the bus failed, and
// is for people: the next minute's invocation tries again. A cluster that fails is no error.
func (h *Handler) Handle(ctx context.Context, _ json.RawMessage) error {
	defer h.Telemetry.Flush()
	if h.Mode == config.Poll {
		return h.poll(ctx)
	}
	return h.watch(ctx)
}

// watch watches all clusters if nobody does, until its time is over or its successor has begun.
func (h *Handler) watch(ctx context.Context) error {
	term := newTerm(ctx, h)
	got, err := term.ask(ctx)
	if err != nil {
		return fmt.Errorf("observe: %w", err)
	}
	if !got {
		h.Telemetry.Log().DebugContext(ctx, "another one watches")
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		newRoster(h).run(ctx)
	}()
	term.hold(ctx)
	stop()
	<-done
	return nil
}

// registered are all clusters of the registry.
func (h *Handler) registered(ctx context.Context) ([]model.Cluster, error) {
	var all []model.Cluster
	for page := ""; ; {
		p, err := h.Registry.Clusters(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list the registered clusters: %w", err)
		}
		all = append(all, p.Items...)
		if page = p.Next; page == "" {
			return all, nil
		}
	}
}
