package act

import (
	"context"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// pair gives the i-th instance of the answer to the i-th claim, unless an instance carries a claim's tag already,
// which wins. It may run any number of times over the same answer and ends in the same pairs. Instances that no
// living claim takes are terminated: they are in our own stored answer, so they are ours.
func (a *Applier) pair(ctx context.Context, launch model.Launch, claims []model.NodeClaim, answer model.FleetAnswer) (result, error) {
	r := result{launch: launch, answer: answer}
	owner := assign(claims, answer.Instances)
	paired := map[string]bool{}
	var surplus []string
	var tasks []func(context.Context) error
	index := map[string]string{}
	for i, instance := range answer.Instances {
		claim := owner[i]
		if claim == nil || !alive(*claim) {
			surplus = append(surplus, instance.ID)
			continue
		}
		paired[claim.Name] = true
		index[instance.ID] = claim.Name
		r.pairs = append(r.pairs, Pair{Claim: claim.Name, Instance: instance})
		tasks = append(tasks, func(ctx context.Context) error { return a.join(ctx, launch, *claim, instance) })
	}
	for _, claim := range claims {
		if alive(claim) && !paired[claim.Name] {
			r.unfilled = append(r.unfilled, claim)
		}
	}
	for _, id := range surplus { // one by one: EC2 ends none of a list in which one id is gone
		tasks = append(tasks, func(ctx context.Context) error { return a.terminate(ctx, id) })
	}
	for _, chunk := range chunks(index, 25) {
		tasks = append(tasks, func(ctx context.Context) error { return a.index(ctx, chunk) })
	}
	return r, a.Parallel(ctx, tasks...)
}

// assign returns the claim of each instance: by tag first, the others in order. nil is none.
func assign(claims []model.NodeClaim, instances []model.Instance) []*model.NodeClaim {
	owner := make([]*model.NodeClaim, len(instances))
	taken := make([]bool, len(claims))
	for i, instance := range instances {
		for j := range claims {
			if claims[j].Name == instance.Tags[model.TagClaim] {
				owner[i], taken[j] = &claims[j], true
			}
		}
	}
	for i := range instances {
		if owner[i] == nil && instances[i].Tags[model.TagClaim] == "" && i < len(claims) && !taken[i] {
			owner[i] = &claims[i]
		}
	}
	return owner
}

// join makes instance and claim know each other: the instance's tag, then the claim's labels, then its status,
// which says Launched.
func (a *Applier) join(ctx context.Context, launch model.Launch, claim model.NodeClaim, instance model.Instance) error {
	if claim.ProviderID != "" {
		return nil
	}
	tags := map[string]string{model.TagClaim: claim.Name, model.TagName: claim.Pool() + "/" + claim.Name}
	if err := a.Fleets.Tag(ctx, instance.ID, tags); err != nil {
		return fmt.Errorf("tag %s: %w", instance.ID, err)
	}
	shape := shapeOf(launch.Action, instance.Type)
	labelled, err := a.Kubernetes.PatchClaim(ctx, claim.Name, model.ClaimPatch{Labels: instanceLabels(a.Cluster, shape, instance)})
	if err != nil {
		return a.lostClaim(err, claim, "label")
	}
	status := labelled.Status()
	status.ProviderID = model.ProviderID(instance.Zone, instance.ID)
	status.ImageID = launch.Action.Template.ImageID
	status.Capacity, status.Allocatable = shape.Capacity, shape.Allocatable
	status.Conditions = status.Conditions.With(model.Condition{
		Type: model.Launched, Status: model.True, Reason: model.Launched, LastTransitionTime: a.Now(),
		ObservedGeneration: labelled.Generation,
	})
	if _, err := a.Kubernetes.PatchClaimStatus(ctx, claim.Name, status); err != nil {
		return a.lostClaim(err, claim, "status of")
	}
	return nil
}

// lostClaim names the failed write. A claim that was deleted under our hands is no error here: its instance carries
// its tag, and whoever ends the claim ends the instance.
func (a *Applier) lostClaim(err error, claim model.NodeClaim, what string) error {
	if model.IsKind(err, model.NotFound) {
		return nil
	}
	return fmt.Errorf("%s claim %s: %w", what, claim.Name, err)
}

func shapeOf(action model.LaunchAction, typ string) model.Shape {
	for _, s := range action.Shapes {
		if s.Type == typ {
			return s
		}
	}
	return model.Shape{Type: typ}
}

// instanceLabels are what is known of the node before it boots.
func instanceLabels(cluster model.Cluster, shape model.Shape, instance model.Instance) map[string]*string {
	labels := map[string]*string{}
	for k, v := range shape.Labels {
		labels[k] = &v
	}
	labels[model.LabelInstanceType] = &instance.Type
	labels[model.LabelZone] = &instance.Zone
	labels[model.LabelRegion] = &cluster.Region
	labels[model.LabelCapacityType] = &instance.CapacityType
	return labels
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
