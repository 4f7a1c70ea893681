package register

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// maxDelay is the longest that SQS keeps a message back.
const maxDelay = 15 * time.Minute

// await sees to it that a claim without a node is looked at when its time is over, and retires it when it is.
func (v *visit) await(ctx context.Context, claim model.NodeClaim) error {
	if v.overdue(claim) {
		return v.retire(ctx, claim)
	}
	if claim.Annotations[model.AnnotationDue] != "" {
		return nil // whoever wrote it sends the message, or the tick finds the claim
	}
	deadline := v.deadline(claim)
	due := deadline.UTC().Format(time.RFC3339)
	_, err := v.cluster.Kubernetes.PatchClaim(ctx, claim.Name, model.ClaimPatch{
		ResourceVersion: claim.ResourceVersion,
		Annotations:     map[string]*string{model.AnnotationDue: &due},
	})
	if model.IsKind(err, model.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("note when claim %s is due: %w", claim.Name, err)
	}
	body, err := events.Message(events.NewClaimDue(v.next(), claim.Name, claim.UID, deadline, 1))
	if err != nil {
		return fmt.Errorf("claim %s: %w", claim.Name, err)
	}
	left := max(0, deadline.Sub(v.handler.Now()))
	if err := v.handler.Queue.Send(ctx, body, min(left, maxDelay)); err != nil {
		return fmt.Errorf("send the reminder for claim %s: %w", claim.Name, err)
	}
	return nil
}

// within is how long an instance has to become a registered node.
func (v *visit) within() time.Duration { return v.cluster.Info.Settings.WithDefaults().RegisterWithin }

func (v *visit) deadline(claim model.NodeClaim) time.Time { return launchedAt(claim).Add(v.within()) }

func (v *visit) overdue(claim model.NodeClaim) bool {
	return !v.handler.Now().Before(v.deadline(claim))
}

// retire ends a claim whose node never registered: nothing runs on it, so there is nothing to drain. The deletion comes
// first, at the version that was read: from then on the node cannot register any more. Then the instance, then the
// finalizer. Killed after any of the calls, the claim is found again and ended. Its pods ask for capacity again.
func (v *visit) retire(ctx context.Context, claim model.NodeClaim) error {
	if !claim.Deleting() {
		err := v.cluster.Kubernetes.DeleteNodeClaim(ctx, claim.Name, claim.UID, claim.ResourceVersion)
		if gone(err) != nil {
			return fmt.Errorf("delete claim %s: %w", claim.Name, err)
		}
	}
	err := v.cluster.Instances.Terminate(ctx, []string{model.InstanceID(claim.ProviderID)})
	if gone(err) != nil {
		return fmt.Errorf("terminate the instance of claim %s: %w", claim.Name, err)
	}
	if err := v.letGo(ctx, claim); err != nil {
		return fmt.Errorf("take the finalizer off claim %s: %w", claim.Name, err)
	}
	reason := "deleted before its node registered"
	if v.overdue(claim) {
		reason = fmt.Sprintf("its node did not register within %v", v.within())
		v.came[claim.Pool()] = false
	}
	v.touched[claim.Pool()] = true
	v.told = append(v.told,
		events.NewClaimRetired(v.next(), claim.Name, reason),
		events.NewCapacityNeeded(v.next(), "claim retired: "+reason, claim.Name))
	v.sayRetired(ctx, claim, reason)
	return nil
}

// letGo takes Karpenter's finalizer off the claim, and nobody else's.
func (v *visit) letGo(ctx context.Context, claim model.NodeClaim) error {
	now, err := v.cluster.Kubernetes.NodeClaim(ctx, claim.Name)
	if err != nil || now.UID != claim.UID {
		return gone(err)
	}
	left := slices.DeleteFunc(slices.Clone(now.Finalizers), func(f string) bool { return f == model.FinalizerTermination })
	_, err = v.cluster.Kubernetes.PatchClaim(ctx, claim.Name, model.ClaimPatch{ResourceVersion: now.ResourceVersion, Finalizers: &left})
	return gone(err)
}

// sayRetired writes a Kubernetes Event. It is only words.
func (v *visit) sayRetired(ctx context.Context, claim model.NodeClaim, reason string) {
	err := v.cluster.Kubernetes.CreateEvent(ctx, model.TellAction{
		On:      model.EventObject{APIVersion: "karpenter.sh/v1", Kind: "NodeClaim", Name: claim.Name, UID: claim.UID},
		Warning: true, Reason: "ClaimRetired", Message: "Claim retired: " + reason,
	}, v.handler.Now(), Component)
	if err != nil {
		v.scope.Log.WarnContext(ctx, "could not write the Event", "claim", claim.Name, "error", err.Error())
	}
}

// gone lets an error pass that says the object is not there any more.
func gone(err error) error {
	if model.IsKind(err, model.NotFound) {
		return nil
	}
	return err
}
