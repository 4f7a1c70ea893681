package register

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// ConditionRegistrationHealthy of a NodePool says whether what is launched from it becomes nodes.
const ConditionRegistrationHealthy = "NodeRegistrationHealthy"

// countPools writes what the nodes of the touched pools sum up to into their status, if it changed.
func (v *visit) countPools(ctx context.Context) error {
	delete(v.touched, "")
	if len(v.touched) == 0 {
		return nil
	}
	sums := map[string]model.PoolStatus{}
	for page := ""; ; {
		p, err := v.cluster.Kubernetes.NodeClaims(ctx, page)
		if err != nil {
			return fmt.Errorf("list claims to count: %w", err)
		}
		for _, c := range p.Items {
			if s := sums[c.Pool()]; c.Launched() && v.touched[c.Pool()] {
				s.Resources, s.Nodes = s.Resources.Plus(c.Capacity), s.Nodes+1
				sums[c.Pool()] = s
			}
		}
		if page = p.Next; page == "" {
			break
		}
	}
	var failed error
	for _, name := range slices.Sorted(maps.Keys(v.touched)) {
		failed = errors.Join(failed, v.countPool(ctx, name, sums[name]))
	}
	return failed
}

// countPool writes one pool's sums. A conflict is left to whoever changed the pool: that change comes as an event.
func (v *visit) countPool(ctx context.Context, name string, sum model.PoolStatus) error {
	pool, err := v.cluster.Kubernetes.NodePool(ctx, name)
	if model.IsKind(err, model.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pool %s: %w", name, err)
	}
	sum.ResourceVersion, sum.Was = pool.ResourceVersion, pool.Resources
	sum.Conditions = v.health(pool)
	if sum.Nodes == pool.Nodes && reflect.DeepEqual(sum.Resources, pool.Resources) && reflect.DeepEqual(sum.Conditions, pool.Conditions) {
		return nil
	}
	_, err = v.cluster.Kubernetes.PatchPoolStatus(ctx, name, sum)
	if err != nil && !model.IsKind(err, model.Conflict) && !model.IsKind(err, model.NotFound) {
		return fmt.Errorf("count pool %s: %w", name, err)
	}
	return nil
}

// health is the pool's conditions after what this visit saw: a registration is proof of health, a retirement of the
// contrary.
func (v *visit) health(pool model.NodePool) model.Conditions {
	c := model.Condition{Type: ConditionRegistrationHealthy, LastTransitionTime: v.handler.Now(), ObservedGeneration: pool.Generation}
	for _, e := range v.told {
		switch e.Kind() {
		case events.KindNodeRegistered:
			c.Status, c.Reason = model.True, "Registered"
		case events.KindClaimRetired:
			c.Status, c.Reason, c.Message = model.False, "RegistrationFailed", "a node did not register in time"
		}
	}
	if c.Status == "" {
		return pool.Conditions
	}
	return pool.Conditions.With(c)
}
