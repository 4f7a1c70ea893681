package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// A kubelet's habits, unless configured otherwise: a lease of 40 s renewed every 10 s, and the status of a node that
// does not change every 5 minutes.
const (
	leasePeriod  = 10 * time.Second
	leaseSeconds = int32(40)
	statusPeriod = 5 * time.Minute
)

// heartbeat renews the lease, and posts the status when it is due or when the API's is not what the kubelet says.
// Lookup gives the Node as the API has it. Heartbeat returns when the context ends; failed beats are reported and
// the next one tries again.
func (k *kubelet) heartbeat(ctx context.Context, lookup func(name string) (*corev1.Node, bool), failed func(error)) {
	ticker := time.NewTicker(leasePeriod)
	defer ticker.Stop()
	posted := time.Now()
	for {
		if err := k.renewLease(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		node, found := lookup(k.node.Name)
		if !found {
			continue // a kubelet registers once; a Node that was deleted stays away until the instance restarts
		}
		if isReady(node) && time.Since(posted) < statusPeriod {
			continue
		}
		if err := k.postStatus(ctx); err != nil && ctx.Err() == nil {
			failed(err)
			continue
		}
		posted = time.Now()
	}
}

// renewLease says that the node is alive.
func (k *kubelet) renewLease(ctx context.Context) error {
	name, now, seconds := k.node.Name, metav1.NowMicro(), leaseSeconds
	leases := k.leases.Leases(corev1.NamespaceNodeLease)
	spec := coordinationv1.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now}
	patch, err := json.Marshal(map[string]any{"spec": spec})
	if err != nil {
		return fmt.Errorf("lease of %s: %w", name, err)
	}
	_, err = leases.Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	if apierrors.IsNotFound(err) {
		_, err = leases.Create(ctx, &coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Name: name, OwnerReferences: []metav1.OwnerReference{k.owner()}},
			Spec:       spec,
		}, metav1.CreateOptions{})
	}
	if err != nil {
		return fmt.Errorf("lease of %s: %w", name, err)
	}
	return nil
}

// owner makes the lease go with the Node.
func (k *kubelet) owner() metav1.OwnerReference {
	k.mu.Lock()
	defer k.mu.Unlock()
	return metav1.OwnerReference{APIVersion: "v1", Kind: "Node", Name: k.node.Name, UID: k.uid}
}

func isReady(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
