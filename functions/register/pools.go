package register

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// ConditionRegistrationHealthy of a NodePool says whether what is launched from it becomes nodes.
const ConditionRegistrationHealthy = "NodeRegistrationHealthy"

// countPools writes what the nodes of the touched pools sum up to into their status, if it changed.
func (v *visit) countPools(ctx context.Context) error {
	pools, err := v.poolsToCount(ctx)
	if err != nil || len(pools) == 0 {
		return err
	}
	sums := map[string]model.PoolStatus{}
	for page := ""; ; {
		p, err := v.cluster.Kubernetes.NodeClaims(ctx, page)
		if err != nil {
			return fmt.Errorf("list claims to count: %w", err)
		}
		for _, c := range p.Items {
			if s := sums[c.Pool()]; c.Launched() {
				s.Resources, s.Nodes = s.Resources.Plus(c.Capacity), s.Nodes+1
				sums[c.Pool()] = s
			}
		}
		if page = p.Next; page == "" {
			break
		}
	}
	var failed error
	for _, pool := range pools {
		failed = errors.Join(failed, v.countPool(ctx, pool, sums[pool.Name]))
	}
	return failed
}

// poolsToCount are the touched pools, or all. Those of another node class, such as Auto Mode's, are others' to count.
func (v *visit) poolsToCount(ctx context.Context) ([]model.NodePool, error) {
	pools, err := v.readPools(ctx)
	return slices.DeleteFunc(pools, func(p model.NodePool) bool { return !p.Class.Ours() }), err
}

func (v *visit) readPools(ctx context.Context) (pools []model.NodePool, err error) {
	if !v.allPools {
		return v.touchedPools(ctx)
	}
	for page := ""; ; {
		p, err := v.cluster.Kubernetes.NodePools(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list pools to count: %w", err)
		}
		pools = append(pools, p.Items...)
		if page = p.Next; page == "" {
			return pools, nil
		}
	}
}

func (v *visit) touchedPools(ctx context.Context) (pools []model.NodePool, err error) {
	delete(v.touched, "") // of a claim without the label
	for _, name := range slices.Sorted(maps.Keys(v.touched)) {
		pool, err := v.cluster.Kubernetes.NodePool(ctx, name)
		if model.IsKind(err, model.NotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("pool %s: %w", name, err)
		}
		pools = append(pools, pool)
	}
	return pools, nil
}

// countPool writes one pool's sums. A conflict is left to the next tick.
func (v *visit) countPool(ctx context.Context, pool model.NodePool, sum model.PoolStatus) error {
	sum.ResourceVersion, sum.Was = pool.ResourceVersion, pool.Resources
	sum.Conditions = v.health(pool)
	if sum.Nodes == pool.Nodes && reflect.DeepEqual(sum.Resources, pool.Resources) && reflect.DeepEqual(sum.Conditions, pool.Conditions) {
		return nil
	}
	_, err := v.cluster.Kubernetes.PatchPoolStatus(ctx, pool.Name, sum)
	if err != nil && !model.IsKind(err, model.Conflict) && !model.IsKind(err, model.NotFound) {
		return fmt.Errorf("count pool %s: %w", pool.Name, err)
	}
	return nil
}

// health is the pool's conditions after what this visit saw: a registration is proof of health, a node that did not
// come of the contrary.
func (v *visit) health(pool model.NodePool) model.Conditions {
	came, seen := v.came[pool.Name]
	if !seen {
		return pool.Conditions
	}
	c := model.Condition{
		Type: ConditionRegistrationHealthy, Status: model.True, Reason: "Registered",
		LastTransitionTime: v.handler.Now(), ObservedGeneration: pool.Generation,
	}
	if !came {
		c.Status, c.Reason, c.Message = model.False, "RegistrationFailed", "a node did not register in time"
	}
	return pool.Conditions.With(c)
}
