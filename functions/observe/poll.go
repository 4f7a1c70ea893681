package observe

import (
	"context"
	"errors"

	"github.com/slipway-dev/slipway/shared/model"
)

// poll looks once at every cluster, side by side. A cluster that does not answer is left for the next poll; a bus
// that does not is an error.
func (h *Handler) poll(ctx context.Context) error {
	clusters, err := h.registered(ctx)
	if err != nil {
		return err
	}
	var tasks []func(context.Context) error
	for _, c := range clusters {
		tasks = append(tasks, func(ctx context.Context) error { return h.pollCluster(ctx, c) })
	}
	return h.Parallel(ctx, tasks...)
}

func (h *Handler) pollCluster(ctx context.Context, cluster model.Cluster) error {
	w := newWatcher(h, cluster)
	kubernetes, err := h.Clusters.Connect(ctx, cluster.Key)
	if err != nil {
		w.failed(ctx, "connection", err)
		return nil
	}
	for _, k := range w.kinds(kubernetes) {
		k.glance(ctx)
	}
	var failed error
	for _, o := range w.outlets.all() {
		failed = errors.Join(failed, o.put(ctx, o.take()))
	}
	return failed
}
