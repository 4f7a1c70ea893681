package kube

import (
	"context"

	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type nodeSpecPatch struct {
	Taints []customTaint `json:"taints"`
}

// PatchNode changes a node's metadata and taints and returns the node.
func (c *Client) PatchNode(ctx context.Context, name string, p model.NodePatch) (model.Node, error) {
	changed := mergePatch{Metadata: &patchedMetadata{
		ResourceVersion: p.ResourceVersion,
		Labels:          p.Labels,
		Annotations:     p.Annotations,
		Finalizers:      p.Finalizers,
	}}
	if p.Owner != nil {
		changed.Metadata.OwnerReferences = []metav1.OwnerReference{ownedBy(kindClaim, *p.Owner)}
	}
	if p.Taints != nil {
		changed.Spec = nodeSpecPatch{Taints: customTaints(*p.Taints)}
	}
	return patch(ctx, c, nodes(), "patch Node", name, "", changed)
}
