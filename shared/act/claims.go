package act

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// ensureClaims makes the launch's claims exist, and returns them in pairing order as they are now. A claim that
// somebody deleted since comes back deleted or without UID; it gets no instance. So does one that Kubernetes refuses
// for good, since repeating it would hold up the launch, and the lane, for ever; unmade says why.
func (a *Applier) ensureClaims(ctx context.Context, launch model.Launch) (claims []model.NodeClaim, unmade []model.FleetError, err error) {
	claims = make([]model.NodeClaim, len(launch.Claims()))
	refusals := make([]error, len(claims))
	tasks := make([]func(context.Context) error, len(claims))
	for i, want := range launch.Claims() {
		tasks[i] = func(ctx context.Context) error {
			claim, err := a.ensureClaim(ctx, want, launch.ID)
			if model.IsKind(err, model.Invalid) || model.IsKind(err, model.Denied) {
				claim, refusals[i], err = model.NodeClaim{Name: want.Name}, err, nil
			}
			claims[i] = claim
			return err
		}
	}
	if err := a.Parallel(ctx, tasks...); err != nil {
		return nil, nil, &unmadeError{err}
	}
	for _, err := range refusals {
		if err != nil {
			unmade = append(unmade, model.FleetError{Kind: model.KindOf(err), Code: "NodeClaimRefused", Message: err.Error()})
		}
	}
	return claims, unmade, nil
}

// ensureClaim makes the claim, or notes the launch on it if it existed when the launch was decided.
func (a *Applier) ensureClaim(ctx context.Context, want model.NodeClaim, launch string) (model.NodeClaim, error) {
	if want.UID != "" {
		return a.existingClaim(ctx, want, launch)
	}
	want.Annotations = with(want.Annotations, model.AnnotationLaunch, launch)
	made, err := a.Kubernetes.CreateNodeClaim(ctx, want)
	if model.IsKind(err, model.AlreadyExists) {
		made, err = a.Kubernetes.NodeClaim(ctx, want.Name)
	}
	if model.IsKind(err, model.NotFound) {
		return model.NodeClaim{Name: want.Name}, nil
	}
	if err != nil {
		return model.NodeClaim{}, fmt.Errorf("create claim %s: %w", want.Name, err)
	}
	return made, nil
}

// existingClaim notes the new launch on a claim whose last one left it without an instance. Its finalizer is put back
// if it has lost it: a release that was killed half way took it off (release.go).
func (a *Applier) existingClaim(ctx context.Context, want model.NodeClaim, launch string) (model.NodeClaim, error) {
	claim, err := a.Kubernetes.PatchClaim(ctx, want.Name, model.ClaimPatch{
		Annotations: map[string]*string{model.AnnotationLaunch: &launch},
	})
	if err == nil && alive(claim) && claim.UID == want.UID && !slices.Contains(claim.Finalizers, model.FinalizerTermination) {
		held := append(slices.Clone(claim.Finalizers), model.FinalizerTermination)
		claim, err = a.Kubernetes.PatchClaim(ctx, want.Name, model.ClaimPatch{ResourceVersion: claim.ResourceVersion, Finalizers: &held})
	}
	if model.IsKind(err, model.NotFound) || err == nil && claim.UID != want.UID {
		return model.NodeClaim{Name: want.Name}, nil
	}
	if err != nil {
		return model.NodeClaim{}, fmt.Errorf("note the launch on claim %s: %w", want.Name, err)
	}
	return claim, nil
}

// alive reports whether the claim may still get an instance.
func alive(claim model.NodeClaim) bool { return claim.UID != "" && !claim.Deleting() }

// remember writes the pods that a claim is counted on for into its annotation. A claim that changed meanwhile is
// left to the next decision.
func (a *Applier) remember(ctx context.Context, r model.RememberAction) error {
	list, err := json.Marshal(r.Pods)
	if err != nil {
		return fmt.Errorf("remember the pods of claim %s: %w", r.Claim, err)
	}
	text := string(list)
	_, err = a.Kubernetes.PatchClaim(ctx, r.Claim, model.ClaimPatch{
		ResourceVersion: r.ResourceVersion,
		Annotations:     map[string]*string{model.AnnotationPods: &text},
	})
	if err != nil && !stale(err) {
		return fmt.Errorf("remember the pods of claim %s: %w", r.Claim, err)
	}
	return nil
}

// stale reports whether err says that the object is no longer the one that the Plan saw.
func stale(err error) bool {
	return model.IsKind(err, model.Conflict) || model.IsKind(err, model.NotFound)
}

func with(m map[string]string, key, value string) map[string]string {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]string{}
	}
	out[key] = value
	return out
}
