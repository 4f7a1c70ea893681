package act

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// pair gives the i-th instance of the answer to the i-th claim, unless claim and instance know each other already,
// which wins. It may run any number of times over the same answer and ends in the same pairs. Instances that no
// living claim takes, and strays, are terminated: they were launched by this launch, so they are ours.
func (a *Applier) pair(ctx context.Context, r *result, claims []model.NodeClaim, strays []model.Instance) error {
	owner := assign(claims, r.answer.Instances)
	paired := map[string]bool{}
	surplus := slices.Clone(strays)
	var tasks []func(context.Context) error
	index := map[string]string{}
	for i, instance := range r.answer.Instances {
		claim := owner[i]
		if claim == nil || !alive(*claim) {
			surplus = append(surplus, instance)
			continue
		}
		paired[claim.Name] = true
		index[instance.ID] = claim.Name
		r.pairs = append(r.pairs, Pair{Claim: claim.Name, Instance: instance})
		tasks = append(tasks, func(ctx context.Context) error { return a.join(ctx, r.launch, *claim, instance) })
	}
	for _, claim := range claims {
		if alive(claim) && !claim.Launched() && !paired[claim.Name] {
			r.unfilled = append(r.unfilled, claim)
		}
	}
	for _, instance := range surplus { // one by one: EC2 ends none of a list in which one id is gone
		tasks = append(tasks, func(ctx context.Context) error { return a.terminate(ctx, instance.ID) })
	}
	for _, chunk := range chunks(index, maxIndex) {
		tasks = append(tasks, func(ctx context.Context) error { return a.index(ctx, chunk) })
	}
	return a.Parallel(ctx, tasks...)
}

// assign returns the claim of each instance, nil for none: the claim that names the instance, else the one that the
// instance's tag names, else the one in its place. No claim gets two, and one that names another instance gets none.
func assign(claims []model.NodeClaim, instances []model.Instance) []*model.NodeClaim {
	owner := make([]*model.NodeClaim, len(instances))
	taken := make([]bool, len(claims))
	give := func(i, j int) {
		if owner[i] == nil && !taken[j] {
			owner[i], taken[j] = &claims[j], true
		}
	}
	for j, claim := range claims {
		for i, instance := range instances {
			if claim.Launched() && model.InstanceID(claim.ProviderID) == instance.ID {
				give(i, j)
			}
		}
		taken[j] = taken[j] || claim.Launched()
	}
	for i, instance := range instances {
		for j, claim := range claims {
			if claim.Name == instance.Tags[model.TagClaim] {
				give(i, j)
			}
		}
	}
	for i, instance := range instances {
		if i < len(claims) && instance.Tags[model.TagClaim] == "" {
			give(i, i)
		}
	}
	return owner
}

func (a *Applier) terminate(ctx context.Context, instance string) error {
	if err := a.Fleets.Terminate(ctx, []string{instance}); err != nil && !model.IsKind(err, model.NotFound) {
		return fmt.Errorf("terminate %s, which no claim takes: %w", instance, err)
	}
	return nil
}

func (a *Applier) index(ctx context.Context, claimOf map[string]string) error {
	if err := a.Ledger.Index(ctx, a.Cluster.Key, claimOf); err != nil {
		return fmt.Errorf("index %d instances: %w", len(claimOf), err)
	}
	return nil
}
