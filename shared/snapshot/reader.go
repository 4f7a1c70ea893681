// Package snapshot puts together what a decision looks at: one model.Snapshot of one cluster, read through narrow
// ports.
//
// A Reader is kept per cluster between a function's invocations. What decides (claims, pools, pods without a node)
// it lists anew at each Read; what is large and changes little (nodes, bound pods, daemonsets) it keeps and brings
// up to date by the changes since the last time, so that a decision in a cluster of 20,000 pods moves a few
// kilobytes. Only when Kubernetes no longer knows those changes (Gone) is everything listed again.
//
// The lists come before the changes. A pod that is bound in between is in both and counted once; in the other order
// it would be in neither, and its room would be given away.
package snapshot

import (
	"context"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Source reads a cluster. Each method makes one request; pages are asked for by the token of the one before, the
// first by an empty one.
type Source interface {
	PendingPods(ctx context.Context, page string) (model.Page[model.Pod], error)
	NodeClaims(ctx context.Context, page string) (model.Page[model.NodeClaim], error)
	NodePools(ctx context.Context, page string) (model.Page[model.NodePool], error)

	BoundPods(ctx context.Context, page string) (model.Page[model.Pod], error)
	Nodes(ctx context.Context, page string) (model.Page[model.Node], error)
	DaemonSets(ctx context.Context, page string) (model.Page[model.DaemonSet], error)

	PodChanges(ctx context.Context, since string) (model.Changes[model.Pod], error) // of bound pods
	NodeChanges(ctx context.Context, since string) (model.Changes[model.Node], error)
	DaemonSetChanges(ctx context.Context, since string) (model.Changes[model.DaemonSet], error)
}

// Catalogs reads a cluster's catalog. It returns nil and the etag as given when that is still the newest, and a
// NotFound error when there is none yet.
type Catalogs interface {
	Catalog(ctx context.Context, cluster, etag string) (*model.Catalog, string, error)
}

// Parallel runs the tasks, at once or one after another, waits for all of them, and returns the first error.
type Parallel func(ctx context.Context, tasks ...func(context.Context) error) error

// Reader of one cluster. It is for one Read at a time.
type Reader struct {
	source   Source
	catalogs Catalogs
	parallel Parallel
	cluster  string

	nodes      mirror[model.Node, model.Node]
	bound      mirror[model.Pod, boundPod]
	daemonSets mirror[model.DaemonSet, model.DaemonSet]
	catalog    *model.Catalog
	etag       string
}

// NewReader returns a reader of the cluster with the key. Nothing is read yet.
func NewReader(source Source, catalogs Catalogs, parallel Parallel, cluster string) *Reader {
	return &Reader{
		source: source, catalogs: catalogs, parallel: parallel, cluster: cluster,
		nodes: mirror[model.Node, model.Node]{
			list: source.Nodes, changes: source.NodeChanges,
			key:  func(n model.Node) string { return n.Name },
			keep: func(n model.Node) model.Node { return n },
		},
		bound: mirror[model.Pod, boundPod]{
			list: source.BoundPods, changes: source.PodChanges,
			key:  func(p model.Pod) string { return p.PodRef.String() },
			keep: boundPodOf,
		},
		daemonSets: mirror[model.DaemonSet, model.DaemonSet]{
			list: source.DaemonSets, changes: source.DaemonSetChanges,
			key:  func(d model.DaemonSet) string { return d.Namespace + "/" + d.Name },
			keep: func(d model.DaemonSet) model.DaemonSet { return d },
		},
	}
}

// Read returns the cluster as it is now; Cluster and Lane are the caller's to set. What is read before an error is
// not lost: the next Read goes on from there. The catalog is nil while there is none; when it cannot be
// revalidated, the last one known stands in, and the snapshot says so. Nothing in the snapshot may be changed.
func (r *Reader) Read(ctx context.Context, now time.Time) (model.Snapshot, error) {
	parts := parts{at: now}
	err := r.parallel(ctx,
		func(ctx context.Context) error {
			return r.readCatalog(ctx, &parts)
		},
		func(ctx context.Context) error {
			if err := r.readLists(ctx, &parts); err != nil {
				return err
			}
			return r.parallel(ctx, r.nodes.refresh, r.bound.refresh, r.daemonSets.refresh)
		},
	)
	if err != nil {
		return model.Snapshot{}, err
	}
	parts.nodes, parts.bound, parts.daemonSets = r.nodes.items, r.bound.items, r.daemonSets.items
	parts.catalog = r.catalog
	return assemble(parts), nil
}

func (r *Reader) readLists(ctx context.Context, p *parts) error {
	return r.parallel(ctx,
		func(ctx context.Context) (err error) { p.pending, _, err = all(ctx, r.source.PendingPods); return },
		func(ctx context.Context) (err error) { p.claims, _, err = all(ctx, r.source.NodeClaims); return },
		func(ctx context.Context) (err error) { p.pools, _, err = all(ctx, r.source.NodePools); return },
	)
}

func (r *Reader) readCatalog(ctx context.Context, p *parts) error {
	catalog, etag, err := r.catalogs.Catalog(ctx, r.cluster, r.etag)
	switch {
	case model.IsKind(err, model.NotFound):
		r.catalog, r.etag = nil, ""
		return nil
	case err != nil && r.catalog != nil && ctx.Err() == nil:
		p.said = append(p.said, "the catalog of "+r.catalog.At.UTC().Format(time.RFC3339)+" stands in: "+err.Error())
		return nil
	case err != nil:
		return err
	}
	if catalog != nil {
		r.catalog = catalog
	}
	r.etag = etag
	return nil
}
