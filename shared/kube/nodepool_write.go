package kube

import (
	"context"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type poolStatusPatch struct {
	Resources  map[corev1.ResourceName]*apiresource.Quantity `json:"resources"`
	Nodes      int64                                         `json:"nodes"`
	Conditions []metav1.Condition                            `json:"conditions,omitempty"`
}

// PatchPoolStatus writes what a pool's nodes sum up to and how many they are, and its conditions as they are given,
// and returns the pool.
func (c *Client) PatchPoolStatus(ctx context.Context, name string, s model.PoolStatus) (model.NodePool, error) {
	op := "patch status of NodePool"
	conditions, err := customConditions(s.Conditions)
	if err != nil {
		return model.NodePool{}, &model.Error{Kind: model.Invalid, Op: op + " " + name, Err: err}
	}
	return patch(ctx, c, pools(), op, name, "status", mergePatch{
		Metadata: &patchedMetadata{ResourceVersion: s.ResourceVersion},
		Status:   poolStatusPatch{Resources: poolResources(s), Nodes: s.Nodes, Conditions: conditions},
	})
}

// poolResources names the four common resources and the nodes even when there are none, as Karpenter does, and
// makes null of what has gone.
func poolResources(s model.PoolStatus) map[corev1.ResourceName]*apiresource.Quantity {
	out := map[corev1.ResourceName]*apiresource.Quantity{}
	for _, name := range s.Was.Names() {
		out[corev1.ResourceName(name)] = nil
	}
	now := s.Resources.With(model.LimitNodes, s.Nodes)
	for _, name := range append(now.Names(),
		model.CPU, model.Memory, model.EphemeralStorage, model.PodCount, model.LimitNodes) {
		q := quantityOf(name, now.Get(name))
		out[corev1.ResourceName(name)] = &q
	}
	return out
}
