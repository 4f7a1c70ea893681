package kube

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// CreateNodeClaim makes the claim, owned by its pool and held by Karpenter's finalizer, and returns it as the
// server has it. Its status is not written. AlreadyExists when there is one of that name.
func (c *Client) CreateNodeClaim(ctx context.Context, claim model.NodeClaim) (model.NodeClaim, error) {
	var made claimObject
	err := c.write(ctx, request{
		op: "create NodeClaim " + claim.Name, method: http.MethodPost, path: pathClaims, bodyType: typeJSON,
	}, newClaim(claim), &made)
	if err != nil {
		return model.NodeClaim{}, err
	}
	return claimOf(&made), nil
}

func newClaim(claim model.NodeClaim) claimObject {
	finalizers := claim.Finalizers
	if !slices.Contains(finalizers, model.FinalizerTermination) {
		finalizers = append(slices.Clone(finalizers), model.FinalizerTermination)
	}
	object := claimObject{
		APIVersion: versionKarpenter,
		Kind:       kindClaim,
		Metadata: metadata{
			Name:        claim.Name,
			Labels:      claim.Labels,
			Annotations: claim.Annotations,
			Finalizers:  finalizers,
		},
	}
	if claim.OwnerPool.UID != "" {
		object.Metadata.OwnerReferences = []metav1.OwnerReference{ownedBy(kindPool, claim.OwnerPool)}
	}
	object.Spec.nodeSpec = nodeSpec{
		Taints:                 customTaints(claim.Taints),
		StartupTaints:          customTaints(claim.StartupTaints),
		Requirements:           customRequirements(claim.Requirements),
		NodeClassRef:           classRef(claim.Class),
		TerminationGracePeriod: claim.TerminationGracePeriod,
		ExpireAfter:            claim.ExpireAfter,
	}
	object.Spec.Resources.Requests = quantitiesOf(claim.Requests)
	return object
}

// DeleteNodeClaim begins the removal of the claim with the UID, if it is still at the resource version (empty:
// whatever it is at). It stays until its finalizers are gone.
func (c *Client) DeleteNodeClaim(ctx context.Context, name, uid, resourceVersion string) error {
	only := metav1.Preconditions{UID: (*types.UID)(&uid)}
	if resourceVersion != "" {
		only.ResourceVersion = &resourceVersion
	}
	return c.write(ctx, request{
		op: "delete NodeClaim " + name, method: http.MethodDelete,
		path: pathClaims + "/" + url.PathEscape(name), bodyType: typeJSON,
	}, metav1.DeleteOptions{
		TypeMeta:      metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"},
		Preconditions: &only,
	}, nil)
}

// PatchClaim changes a claim's metadata and returns the claim.
func (c *Client) PatchClaim(ctx context.Context, name string, p model.ClaimPatch) (model.NodeClaim, error) {
	return patch(ctx, c, claims(), "patch NodeClaim", name, "", mergePatch{Metadata: &patchedMetadata{
		ResourceVersion: p.ResourceVersion,
		Labels:          p.Labels,
		Annotations:     p.Annotations,
		Finalizers:      p.Finalizers,
	}})
}

// claimStatusPatch is the status as it is written: what is not known yet stays as it is.
type claimStatusPatch struct {
	ProviderID  string              `json:"providerID,omitempty"`
	NodeName    string              `json:"nodeName,omitempty"`
	ImageID     string              `json:"imageID,omitempty"`
	Capacity    corev1.ResourceList `json:"capacity,omitempty"`
	Allocatable corev1.ResourceList `json:"allocatable,omitempty"`
	Conditions  []metav1.Condition  `json:"conditions"`
}

// PatchClaimStatus writes the status of a claim, with Ready made from the other conditions, and returns the claim.
func (c *Client) PatchClaimStatus(ctx context.Context, name string, s model.ClaimStatus) (model.NodeClaim, error) {
	op := "patch status of NodeClaim"
	conditions, err := customConditions(s.Conditions.WithReady(
		s.Generation, s.CreatedAt, model.Launched, model.Registered, model.Initialized))
	if err != nil {
		return model.NodeClaim{}, &model.Error{Kind: model.Invalid, Op: op + " " + name, Err: err}
	}
	return patch(ctx, c, claims(), op, name, "status", mergePatch{
		Metadata: &patchedMetadata{ResourceVersion: s.ResourceVersion},
		Status: claimStatusPatch{
			ProviderID:  s.ProviderID,
			NodeName:    s.NodeName,
			ImageID:     s.ImageID,
			Capacity:    quantitiesOf(s.Capacity),
			Allocatable: quantitiesOf(s.Allocatable),
			Conditions:  conditions,
		},
	})
}

// customConditions writes conditions. Karpenter's CRDs want a transition time on each.
func customConditions(list model.Conditions) ([]metav1.Condition, error) {
	out := []metav1.Condition{}
	for _, c := range list {
		if c.LastTransitionTime.IsZero() {
			return nil, fmt.Errorf("condition %s has no transition time", c.Type)
		}
		reason := c.Reason
		if reason == "" {
			reason = c.Type
		}
		out = append(out, metav1.Condition{
			Type:               c.Type,
			Status:             metav1.ConditionStatus(c.Status),
			Reason:             reason,
			Message:            c.Message,
			LastTransitionTime: metav1.NewTime(c.LastTransitionTime),
			ObservedGeneration: c.ObservedGeneration,
		})
	}
	return out, nil
}
