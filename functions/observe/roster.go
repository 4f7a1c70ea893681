package observe

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// readRegistryEvery is how soon a cluster that was registered, changed or taken out is noticed.
const readRegistryEvery = time.Minute

// roster holds the watchers, one for each registered cluster.
type roster struct {
	handler  *Handler
	running  sync.WaitGroup
	watchers map[string]*watching // by the cluster's key
}

type watching struct {
	cluster model.Cluster
	stop    context.CancelFunc
}

func newRoster(h *Handler) *roster { return &roster{handler: h, watchers: map[string]*watching{}} }

// run keeps to the registry until ctx is done and all watchers have ended. A registry that can't be read leaves the
// watchers as they are.
func (r *roster) run(ctx context.Context) {
	defer r.running.Wait()
	r.handler.persist(ctx, func(ctx context.Context) outcome {
		clusters, err := r.handler.registered(ctx)
		if err != nil {
			r.handler.Telemetry.Log().WarnContext(ctx, "registry not read", "error", err.Error())
			return fruitless
		}
		r.keepTo(ctx, clusters)
		// An invocation of 14 minutes can't keep its metrics until its end.
		if err := r.handler.Telemetry.Flush(); err != nil {
			r.handler.Telemetry.Log().WarnContext(ctx, "metrics not written", "error", err.Error())
		}
		r.handler.pause(ctx, readRegistryEvery)
		return worked
	})
}

// keepTo starts and stops watchers until they are those of the clusters. One whose registration changed starts
// again: it may be another cluster under the same name.
func (r *roster) keepTo(ctx context.Context, clusters []model.Cluster) {
	listed := map[string]bool{}
	for _, c := range clusters {
		listed[c.Key] = true
		old := r.watchers[c.Key]
		if old != nil && reflect.DeepEqual(old.cluster, c) {
			continue
		}
		if old != nil {
			old.stop()
		}
		r.start(ctx, c)
	}
	for key, w := range r.watchers {
		if !listed[key] {
			w.stop()
			delete(r.watchers, key)
		}
	}
}

func (r *roster) start(ctx context.Context, cluster model.Cluster) {
	ctx, stop := context.WithCancel(ctx)
	r.watchers[cluster.Key] = &watching{cluster, stop}
	w := newWatcher(r.handler, cluster)
	r.running.Go(func() { w.run(ctx) })
}
