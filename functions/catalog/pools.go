package catalog

import (
	"context"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// nodeClassReady is the condition of a NodePool that says whether its class is ready.
const nodeClassReady = "NodeClassReady"

// showPool annotates the pool with its hash and writes its readiness, each only if it is not so already. became
// reports that the pool was not ready before.
func (r *refresh) showPool(ctx context.Context, pool model.NodePool, classes map[string]model.Conditions) (became bool, err error) {
	status := pool.Status()
	if missing := lacking(pool.Annotations, model.AnnotationPoolHash, pool.Hash, model.AnnotationPoolHashVersion); missing != nil {
		status.ResourceVersion, err = r.cluster.Classes.AnnotatePool(ctx, pool.Name, pool.ResourceVersion, missing)
		if err != nil {
			return false, gone(fmt.Errorf("annotate pool %s: %w", pool.Name, err))
		}
	}
	status.Conditions = pool.Conditions.
		With(model.Condition{Type: validationSucceeded, Status: model.True, Reason: validationSucceeded, LastTransitionTime: r.now, ObservedGeneration: pool.Generation}).
		With(r.classReady(pool, classes)).
		WithReady(pool.Generation, r.now, validationSucceeded, nodeClassReady)
	if sameConditions(pool.Conditions, status.Conditions) {
		return false, nil
	}
	if _, err := r.cluster.Pools.PatchPoolStatus(ctx, pool.Name, status); err != nil {
		return false, gone(fmt.Errorf("status of pool %s: %w", pool.Name, err))
	}
	return status.Conditions.IsTrue(model.Ready) && !pool.Conditions.IsTrue(model.Ready), nil
}

// classReady says of a pool whether its class is ready, in Karpenter's words.
func (r *refresh) classReady(pool model.NodePool, classes map[string]model.Conditions) model.Condition {
	c := model.Condition{Type: nodeClassReady, Status: model.False, LastTransitionTime: r.now, ObservedGeneration: pool.Generation}
	conditions, exists := classes[pool.Class.Name]
	ready := conditions.Get(model.Ready)
	switch {
	case !exists:
		c.Reason, c.Message = "NodeClassNotFound", "NodeClass not found on cluster"
	case r.leaving(pool.Class.Name):
		c.Reason, c.Message = "NodeClassTerminating", "NodeClass is terminating"
	case ready.Status == model.True:
		c.Status, c.Reason = model.True, nodeClassReady
	case ready.Status == model.False:
		c.Reason, c.Message = "NodeClassNotReady", ready.Message
	default:
		c.Status, c.Reason, c.Message = model.Unknown, "NodeClassReadinessUnknown", "NodeClass readiness is not known"
	}
	return c
}

func (r *refresh) leaving(class string) bool {
	for _, c := range r.classes {
		if c.Name == class {
			return c.Deleting
		}
	}
	return false
}
