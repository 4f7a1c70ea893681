package kube

import (
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func nodes() resource[corev1.Node, model.Node] {
	return resource[corev1.Node, model.Node]{
		plural: "nodes",
		path:   "/api/v1/nodes",
		items: func(mediaType string, body []byte) ([]corev1.Node, metav1.ListMeta, error) {
			var l corev1.NodeList
			err := decode(mediaType, body, &l)
			return l.Items, l.ListMeta, err
		},
		meta:  func(n *corev1.Node) (string, string) { return n.Name, n.ResourceVersion },
		value: nodeOf,
	}
}

func nodeOf(n *corev1.Node) model.Node {
	return model.Node{
		Name:            n.Name,
		UID:             string(n.UID),
		ResourceVersion: n.ResourceVersion,
		ProviderID:      n.Spec.ProviderID,
		Labels:          n.Labels,
		Annotations:     n.Annotations,
		Finalizers:      n.Finalizers,
		OwnerClaim:      ownerClaim(n.OwnerReferences),
		Taints:          taintsOf(n.Spec.Taints),
		Capacity:        resourcesOf(n.Status.Capacity),
		Allocatable:     resourcesOf(n.Status.Allocatable),
		Conditions:      nodeConditions(n.Status.Conditions),
		Unschedulable:   n.Spec.Unschedulable,
		Deleting:        n.DeletionTimestamp != nil,
		CreatedAt:       n.CreationTimestamp.UTC(),
	}
}

func ownerClaim(references []metav1.OwnerReference) string {
	for _, r := range references {
		if r.Kind == kindClaim && strings.HasPrefix(r.APIVersion, groupKarpenter+"/") {
			return r.Name
		}
	}
	return ""
}

func taintsOf(list []corev1.Taint) []model.Taint {
	var out []model.Taint
	for _, t := range list {
		out = append(out, model.Taint{Key: t.Key, Value: t.Value, Effect: string(t.Effect)})
	}
	return out
}

func nodeConditions(list []corev1.NodeCondition) model.Conditions {
	var out model.Conditions
	for _, c := range list {
		out = append(out, model.Condition{
			Type:               string(c.Type),
			Status:             string(c.Status),
			Reason:             c.Reason,
			Message:            c.Message,
			LastTransitionTime: c.LastTransitionTime.UTC(),
		})
	}
	sortConditions(out)
	return out
}

func sortConditions(c model.Conditions) {
	slices.SortFunc(c, func(a, b model.Condition) int { return strings.Compare(a.Type, b.Type) })
}
