package observe

import (
	"context"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// Registry lists the clusters that are registered, a page at a time.
type Registry interface {
	Clusters(ctx context.Context, page string) (model.Page[model.Cluster], error)
}

// Clusters connects to clusters. One that does not answer must not keep others waiting.
type Clusters interface {
	Connect(ctx context.Context, key string) (Kubernetes, error)
}

// Kubernetes is a cluster's API. Errors are *model.Error.
//
// A list's pages are of one moment, the ResourceVersion that they carry. A watch calls handle for each change after
// a version, in order, and returns nil when the server has ended it, as it does after a while, or when ctx is done.
// Gone means that the version is too old: list again.
type Kubernetes interface {
	PendingPods(ctx context.Context, page string) (model.Page[model.Pod], error)
	Nodes(ctx context.Context, page string) (model.Page[model.Node], error)
	NodeClaims(ctx context.Context, page string) (model.Page[model.NodeClaim], error)
	NodePools(ctx context.Context, page string) (model.Page[model.NodePool], error)
	NodeClasses(ctx context.Context, page string) (model.Page[model.NodeClass], error)

	WatchPending(ctx context.Context, since string, handle func(model.WatchEvent[model.Pod]) error) error
	WatchNodes(ctx context.Context, since string, handle func(model.WatchEvent[model.Node]) error) error
	WatchClaims(ctx context.Context, since string, handle func(model.WatchEvent[model.NodeClaim]) error) error
	WatchPools(ctx context.Context, since string, handle func(model.WatchEvent[model.NodePool]) error) error
	WatchClasses(ctx context.Context, since string, handle func(model.WatchEvent[model.NodeClass]) error) error
}

// Leases keeps watchers apart.
type Leases interface {
	// Acquire gives the lease to the holder until then, if it is free, run out by now, or the holder's already.
	// It answers false when another one holds it.
	Acquire(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
}

// Bus publishes events, at most events.MaxBatchCount at once.
type Bus interface {
	Put(ctx context.Context, entries []events.Entry) error
}
