package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// advance takes the steps that the claim and its node, if it has one, are ready for. Conflict means that somebody
// else's write came between.
func (v *visit) advance(ctx context.Context, claim model.NodeClaim, node *model.Node) error {
	registered := claim.Conditions.IsTrue(model.Registered)
	switch {
	case claim.Annotations[model.AnnotationCluster] != v.cluster.Info.Owner():
		return nil // adopted or restored from elsewhere: not made by us, not ours to change
	case claim.Deleting() && !registered && claim.Launched():
		return v.retire(ctx, claim)
	case claim.Deleting() || !claim.Launched() || claim.Initialized():
		return nil
	case node == nil && registered:
		return nil // its node is gone again: not a matter of registration
	case node == nil:
		return v.await(ctx, claim)
	}
	if !registered {
		var err error
		if claim, *node, err = v.register(ctx, claim, *node); err != nil {
			return err
		}
	}
	if !node.Ready() {
		return nil
	}
	// A nomination is a hint; a node is not kept waiting for it.
	return errors.Join(v.nominate(ctx, claim, node.Name), v.initialize(ctx, claim, *node))
}

// register syncs the node with its claim in one patch, then says so on the claim.
func (v *visit) register(ctx context.Context, claim model.NodeClaim, node model.Node) (model.NodeClaim, model.Node, error) {
	if patch, needed := sync(claim, node); needed {
		patched, err := v.cluster.Kubernetes.PatchNode(ctx, node.Name, patch)
		if err != nil {
			return claim, node, fmt.Errorf("sync node %s with claim %s: %w", node.Name, claim.Name, err)
		}
		node = patched
	}
	status := claim.Status()
	status.NodeName = node.Name
	status.Conditions = v.condition(claim, model.Registered)
	changed, err := v.cluster.Kubernetes.PatchClaimStatus(ctx, claim.Name, status)
	if err != nil {
		return claim, node, fmt.Errorf("register claim %s: %w", claim.Name, err)
	}
	since := v.sinceLaunch(claim)
	v.scope.NodeRegistered(since)
	v.touched[claim.Pool()], v.came[claim.Pool()] = true, true
	v.told = append(v.told, events.NewNodeRegistered(v.next(), events.NodeRegistered{
		Claim: claim.Name, Node: node.Name, Instance: model.InstanceID(claim.ProviderID), SinceLaunch: since.Milliseconds(),
	}))
	return changed, node, nil
}

// initialize says that the node is complete, on the node first.
func (v *visit) initialize(ctx context.Context, claim model.NodeClaim, node model.Node) error {
	if why := incomplete(claim, node); why != "" {
		v.scope.Log.DebugContext(ctx, "not initialized yet", "claim", claim.Name, "node", node.Name, "why", why)
		return nil
	}
	if node.Labels[model.LabelInitialized] != "true" {
		yes := "true"
		_, err := v.cluster.Kubernetes.PatchNode(ctx, node.Name, model.NodePatch{
			ResourceVersion: node.ResourceVersion,
			Labels:          map[string]*string{model.LabelInitialized: &yes},
		})
		if err != nil {
			return fmt.Errorf("label node %s initialized: %w", node.Name, err)
		}
	}
	status := claim.Status()
	status.Conditions = v.condition(claim, model.Initialized)
	if _, err := v.cluster.Kubernetes.PatchClaimStatus(ctx, claim.Name, status); err != nil {
		return fmt.Errorf("initialize claim %s: %w", claim.Name, err)
	}
	since := v.sinceLaunch(claim)
	v.scope.NodeInitialized(since)
	v.touched[claim.Pool()] = true
	v.told = append(v.told, events.NewNodeInitialized(v.next(), events.NodeInitialized{
		Claim: claim.Name, Node: node.Name, Instance: model.InstanceID(claim.ProviderID), SinceLaunch: since.Milliseconds(),
	}))
	return nil
}

func (v *visit) condition(claim model.NodeClaim, kind string) model.Conditions {
	return claim.Conditions.With(model.Condition{
		Type: kind, Status: model.True, Reason: kind,
		LastTransitionTime: v.handler.Now(), ObservedGeneration: claim.Generation,
	})
}

// launchedAt is when the claim got its instance; at the earliest when it was made.
func launchedAt(claim model.NodeClaim) time.Time {
	if at := claim.Conditions.Get(model.Launched).LastTransitionTime; !at.IsZero() {
		return at
	}
	return claim.CreatedAt
}

func (v *visit) sinceLaunch(claim model.NodeClaim) time.Duration {
	return max(0, v.handler.Now().Sub(launchedAt(claim)))
}
