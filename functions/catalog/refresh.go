package catalog

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// refresh is one pass over one cluster.
type refresh struct {
	handler *Handler
	cluster *Cluster
	memory  *memory
	head    events.Header // of the event that woke us
	scope   *telemetry.Scope
	now     time.Time

	details   model.ClusterDetails
	pools     []model.NodePool // of ours, sorted by name
	classes   []model.EC2NodeClass
	last      *model.Catalog // never nil
	unchanged []model.ResolvedClass
}

func (r *refresh) run(ctx context.Context) error {
	if err := r.read(ctx); err != nil {
		return err
	}
	types, err := r.types(ctx)
	if err != nil {
		return err
	}
	done, failed := r.resolveClasses(ctx)
	next, err := r.compose(types, done)
	if err != nil {
		return err
	}
	changed, err := r.put(ctx, next)
	if err != nil {
		return errors.Join(failed, err)
	}
	ready, err := r.show(ctx, done)
	failed = errors.Join(failed, err)
	if reason := r.reason(changed, ready, next); reason != "" {
		failed = errors.Join(failed, r.tell(ctx, reason))
	}
	return failed
}

// read reads all that the cluster itself says, and the last catalog.
func (r *refresh) read(ctx context.Context) error {
	return r.handler.Parallel(ctx,
		func(ctx context.Context) error {
			pools, err := all(ctx, r.cluster.Pools.NodePools)
			for _, p := range pools {
				if p.Class.Ours() {
					r.pools = append(r.pools, p)
				}
			}
			slices.SortFunc(r.pools, func(a, b model.NodePool) int { return cmp.Compare(a.Name, b.Name) })
			return wrap("list pools", err)
		},
		func(ctx context.Context) (err error) {
			r.classes, err = all(ctx, r.cluster.Classes.Classes)
			slices.SortFunc(r.classes, func(a, b model.EC2NodeClass) int { return cmp.Compare(a.Name, b.Name) })
			return wrap("list classes", err)
		},
		func(ctx context.Context) (err error) {
			r.details, err = r.memory.details.take("", r.now, detailsHold, func() (model.ClusterDetails, error) {
				return r.cluster.Control.Details(ctx)
			})
			return wrap("describe the cluster", err)
		},
		r.readLast,
	)
}

// readLast reads the last catalog, unless it is the one that is at hand.
func (r *refresh) readLast(ctx context.Context) error {
	catalog, etag, err := r.handler.Catalogs.Catalog(ctx, r.cluster.Info.Key, r.memory.etag)
	switch {
	case model.IsKind(err, model.NotFound):
		r.memory.catalog, r.memory.etag = nil, ""
	case err != nil:
		return wrap("read the last catalog", err)
	case catalog != nil:
		r.memory.catalog, r.memory.etag = catalog, etag
	}
	r.last = r.memory.catalog
	if r.last == nil {
		r.last = &model.Catalog{}
	}
	return nil
}

// poolsOf are the class's pools that are to stay.
func (r *refresh) poolsOf(class string) []model.NodePool {
	var out []model.NodePool
	for _, p := range r.pools {
		if p.Class.Name == class && !p.Deleting {
			out = append(out, p)
		}
	}
	return out
}
