package boot

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// monitorNodes compares Nodes with EC2 once a period, until the context ends.
func (c *cloud) monitorNodes(ctx context.Context) {
	ticker := time.NewTicker(c.period)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := c.monitor(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("cloud controller: monitor", "error", err)
		}
	}
}

// monitor deletes Nodes whose instance is terminated or unknown, and marks those whose instance is stopped. A Node
// that is Ready is believed, unless the controller is eager.
func (c *cloud) monitor(ctx context.Context) error {
	suspects := map[string]*corev1.Node{}
	for _, object := range c.informer.GetIndexer().List() {
		node := object.(*corev1.Node)
		id, ours := instanceID(node)
		if !ours {
			continue
		}
		if isReady(node) && hasTaint(node, shutdown) {
			c.note("is back", node, c.taint(ctx, node, false))
		}
		if _, running := c.fleet.find(id); !running && (c.eager || !isReady(node)) {
			suspects[id] = node
		}
	}
	if len(suspects) == 0 {
		return nil
	}
	ids := make([]string, 0, len(suspects))
	for id := range suspects {
		ids = append(ids, id)
	}
	states, err := c.fleet.states(ctx, ids)
	if err != nil {
		return err
	}
	for id, node := range suspects {
		state, known := states[id]
		switch {
		case !known || state == types.InstanceStateNameTerminated:
			c.note("deleted: its instance does not exist", node, c.remove(ctx, node))
		case state == types.InstanceStateNameStopped && !hasTaint(node, shutdown):
			c.note("is shut down", node, c.taint(ctx, node, true))
		}
	}
	return nil
}

// note logs what was done to a Node. What failed is done again in the next period; what another was faster at is not
// worth a word.
func (c *cloud) note(what string, node *corev1.Node, err error) {
	switch {
	case err == nil:
		c.log.Info("cloud controller: node "+what, "node", node.Name)
	case !apierrors.IsConflict(err) && !apierrors.IsNotFound(err):
		c.log.Warn("cloud controller: node "+what, "node", node.Name, "error", err)
	}
}

func (c *cloud) remove(ctx context.Context, node *corev1.Node) error {
	options := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(node.UID))}
	return c.nodes.Delete(ctx, node.Name, options)
}

// taint puts the shutdown taint on a Node or takes it off.
func (c *cloud) taint(ctx context.Context, node *corev1.Node, on bool) error {
	node = node.DeepCopy()
	node.Spec.Taints = withoutTaint(node.Spec.Taints, shutdown)
	if on {
		node.Spec.Taints = append(node.Spec.Taints, shutdown)
	}
	_, err := c.nodes.Update(ctx, node, metav1.UpdateOptions{})
	return err
}
