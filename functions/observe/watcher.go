package observe

import (
	"context"
	"sync"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// watcher watches one cluster.
type watcher struct {
	handler *Handler
	cluster model.Cluster
	scope   *telemetry.Scope
	outlets outlets
}

// outlets of a cluster, one for each kind of event.
type outlets struct{ pods, nodes, pools, classes *outlet }

func newWatcher(h *Handler, cluster model.Cluster) *watcher {
	w := &watcher{
		handler: h, cluster: cluster,
		scope: h.Telemetry.About(telemetry.Subject{Cluster: cluster.Key, ClusterName: cluster.Name}),
	}
	w.outlets = outlets{
		pods:    newOutlet(w, composePods),
		nodes:   newOutlet(w, composeNodes),
		pools:   newOutlet(w, composePools),
		classes: newOutlet(w, composeClasses),
	}
	return w
}

func (o outlets) all() []*outlet { return []*outlet{o.pods, o.nodes, o.pools, o.classes} }

// kinds of objects that are watched in the cluster, each with the outlet for its news.
func (w *watcher) kinds(k Kubernetes) []watched {
	return []watched{
		newFollower(w, pods(k), w.outlets.pods),
		newFollower(w, nodes(k), w.outlets.nodes),
		newFollower(w, claims(k), w.outlets.nodes),
		newFollower(w, pools(k), w.outlets.pools),
		newFollower(w, classes(k), w.outlets.classes),
	}
}

// run watches until ctx is done. A cluster that does not answer is tried again and again; kinds fail and recover
// each by itself.
func (w *watcher) run(ctx context.Context) {
	kubernetes := w.connect(ctx)
	if kubernetes == nil {
		return
	}
	// The outlets end after the watches, so that what these saw last is still told.
	telling, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var outlets, watches sync.WaitGroup
	for _, o := range w.outlets.all() {
		outlets.Go(func() { o.run(telling) })
	}
	for _, k := range w.kinds(kubernetes) {
		watches.Go(func() { k.follow(ctx) })
	}
	watches.Wait()
	stop()
	outlets.Wait()
}

// connect returns nil when ctx was done first.
func (w *watcher) connect(ctx context.Context) (made Kubernetes) {
	w.handler.persist(ctx, func(ctx context.Context) outcome {
		k, err := w.handler.Clusters.Connect(ctx, w.cluster.Key)
		if err != nil {
			w.failed(ctx, "connection", err)
			return fruitless
		}
		made = k
		return finished
	})
	return made
}

// failed says that the cluster, or one kind of its objects, could not be watched for now.
func (w *watcher) failed(ctx context.Context, what string, err error) {
	if ctx.Err() != nil {
		return
	}
	w.scope.WatchFailed(what)
	w.scope.Log.WarnContext(ctx, "not watched for now", "what", what, "error", err.Error())
}

func (w *watcher) named() events.Cluster {
	return events.Cluster{Key: w.cluster.Key, Name: w.cluster.Name}
}
