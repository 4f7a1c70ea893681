package act

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// join makes instance and claim know each other: the instance's tag, then the claim's labels, then its status,
// which says Launched.
func (a *Applier) join(ctx context.Context, launch model.Launch, claim model.NodeClaim, instance model.Instance) error {
	if claim.ProviderID != "" {
		return nil
	}
	tags := map[string]string{model.TagClaim: claim.Name, model.TagName: claim.Pool() + "/" + claim.Name}
	err := a.Fleets.Tag(ctx, instance.ID, tags)
	if err != nil && !(model.IsKind(err, model.NotFound) && a.gone(launch)) {
		return fmt.Errorf("tag %s: %w", instance.ID, err)
	}
	shape := shapeOf(launch.Action, instance.Type)
	labelled, err := a.Kubernetes.PatchClaim(ctx, claim.Name, model.ClaimPatch{Labels: instanceLabels(a.Cluster, shape, instance)})
	if err != nil {
		return a.lostClaim(ctx, err, "label claim "+claim.Name, instance)
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
		return a.lostClaim(ctx, err, "status of claim "+claim.Name, instance)
	}
	return nil
}

// gone reports whether an instance of the launch that EC2 does not know has ended, rather than not shown up yet. Its
// claim is paired with it all the same: register retires it as any whose node does not come.
func (a *Applier) gone(launch model.Launch) bool {
	return a.Now().Sub(launch.CreatedAt) >= model.ResendBefore
}

// lostClaim names the failed write. A claim that has vanished under our hands is no error, but nobody will end its
// instance for it.
func (a *Applier) lostClaim(ctx context.Context, err error, what string, instance model.Instance) error {
	if model.IsKind(err, model.NotFound) {
		return a.terminate(ctx, instance.ID)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func shapeOf(action model.LaunchAction, typ string) model.Shape {
	if i := slices.IndexFunc(action.Shapes, func(s model.Shape) bool { return s.Type == typ }); i >= 0 {
		return action.Shapes[i]
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
