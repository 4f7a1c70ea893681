package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// nominate tells the scheduler which pods the node was bought for, so that others don't take their place. Pods that
// are bound by now, or nominated, are left as they are.
func (v *visit) nominate(ctx context.Context, claim model.NodeClaim, node string) error {
	remembered := map[string]bool{}
	for _, p := range claim.Pods {
		remembered[p.UID] = true
	}
	if len(remembered) == 0 {
		return nil
	}
	pods, err := v.pendingPods(ctx)
	if err != nil {
		return fmt.Errorf("list pods to nominate: %w", err)
	}
	var failed error
	for i := range pods {
		pod := &pods[i]
		if !remembered[pod.UID] || pod.NodeName != "" || pod.NominatedNode != "" || pod.Deleting {
			continue
		}
		err := v.cluster.Kubernetes.NominatePod(ctx, pod.PodRef, node)
		if err != nil && !model.IsKind(err, model.NotFound) && !model.IsKind(err, model.Conflict) {
			failed = errors.Join(failed, fmt.Errorf("nominate %s for pod %s: %w", node, pod.PodRef, err))
			continue
		}
		pod.NominatedNode = node
	}
	return failed
}

// pendingPods lists the pods without a node, once a visit: a minute's tick may see a hundred nodes come.
func (v *visit) pendingPods(ctx context.Context) ([]model.Pod, error) {
	if v.pending != nil {
		return *v.pending, nil
	}
	var pods []model.Pod
	for page := ""; ; {
		p, err := v.cluster.Kubernetes.PendingPods(ctx, page)
		if err != nil {
			return nil, err
		}
		pods = append(pods, p.Items...)
		if page = p.Next; page == "" {
			break
		}
	}
	v.pending = &pods
	return pods, nil
}
