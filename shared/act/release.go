package act

import (
	"context"
	"fmt"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// release ends a claim that never got an instance: its finalizer first, then the claim, so that a kill between the
// two leaves a claim that is released again. A claim that is not what the Plan saw is left alone.
func (a *Applier) release(ctx context.Context, r model.ReleaseAction) error {
	claim, err := a.Kubernetes.NodeClaim(ctx, r.Claim)
	if err != nil {
		return lostRelease(r, err)
	}
	if claim.UID != r.UID || claim.Launched() || r.ResourceVersion != "" && r.ResourceVersion != claim.ResourceVersion {
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(claim.Finalizers), func(f string) bool { return f == model.FinalizerTermination })
	claim, err = a.Kubernetes.PatchClaim(ctx, r.Claim, model.ClaimPatch{ResourceVersion: claim.ResourceVersion, Finalizers: &left})
	if err != nil {
		return lostRelease(r, err)
	}
	return lostRelease(r, a.Kubernetes.DeleteNodeClaim(ctx, r.Claim, r.UID, claim.ResourceVersion))
}

func lostRelease(r model.ReleaseAction, err error) error {
	if err == nil || stale(err) {
		return nil
	}
	return fmt.Errorf("release claim %s: %w", r.Claim, err)
}
