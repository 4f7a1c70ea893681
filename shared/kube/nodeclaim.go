package kube

import (
	"encoding/json"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// claimObject is a karpenter.sh/v1 NodeClaim.
type claimObject struct {
	APIVersion string      `json:"apiVersion,omitempty"`
	Kind       string      `json:"kind,omitempty"`
	Metadata   metadata    `json:"metadata"`
	Spec       claimSpec   `json:"spec"`
	Status     claimStatus `json:"status,omitzero"`
}

type claimSpec struct {
	nodeSpec
	Resources struct {
		Requests corev1.ResourceList `json:"requests,omitempty"`
	} `json:"resources,omitzero"`
}

type claimStatus struct {
	ProviderID  string              `json:"providerID"`
	NodeName    string              `json:"nodeName"`
	ImageID     string              `json:"imageID"`
	Capacity    corev1.ResourceList `json:"capacity"`
	Allocatable corev1.ResourceList `json:"allocatable"`
	Conditions  []metav1.Condition  `json:"conditions"`
}

func claims() resource[claimObject, model.NodeClaim] {
	return resource[claimObject, model.NodeClaim]{
		plural: "NodeClaims",
		path:   pathClaims,
		items:  customItems[claimObject],
		meta:   func(c *claimObject) (string, string) { return c.Metadata.Name, c.Metadata.ResourceVersion },
		value:  claimOf,
	}
}

func claimOf(c *claimObject) model.NodeClaim {
	return model.NodeClaim{
		Name:                   c.Metadata.Name,
		UID:                    c.Metadata.UID,
		ResourceVersion:        c.Metadata.ResourceVersion,
		Generation:             c.Metadata.Generation,
		Labels:                 c.Metadata.Labels,
		Annotations:            c.Metadata.Annotations,
		Finalizers:             c.Metadata.Finalizers,
		OwnerPool:              ownerPool(c.Metadata.OwnerReferences),
		CreatedAt:              c.Metadata.CreationTimestamp.UTC(),
		DeletedAt:              c.Metadata.DeletionTimestamp.UTC(),
		Class:                  model.ClassRef(c.Spec.NodeClassRef),
		Requirements:           requirementsOf(c.Spec.Requirements),
		Requests:               resourcesOf(c.Spec.Resources.Requests),
		Taints:                 modelTaints(c.Spec.Taints),
		StartupTaints:          modelTaints(c.Spec.StartupTaints),
		ExpireAfter:            c.Spec.ExpireAfter,
		TerminationGracePeriod: c.Spec.TerminationGracePeriod,
		ProviderID:             c.Status.ProviderID,
		NodeName:               c.Status.NodeName,
		ImageID:                c.Status.ImageID,
		Capacity:               resourcesOf(c.Status.Capacity),
		Allocatable:            resourcesOf(c.Status.Allocatable),
		Conditions:             conditionsOf(c.Status.Conditions),
		Pods:                   rememberedPods(c.Metadata.Annotations[model.AnnotationPods]),
	}
}

func ownerPool(references []metav1.OwnerReference) model.ObjectRef {
	for _, r := range references {
		if r.Kind == kindPool {
			return model.ObjectRef{Name: r.Name, UID: string(r.UID)}
		}
	}
	return model.ObjectRef{}
}

// rememberedPods reads AnnotationPods. What somebody else wrote there is no memory of ours, and no error.
func rememberedPods(annotation string) []model.PodRef {
	var pods []model.PodRef
	if annotation == "" || json.Unmarshal([]byte(annotation), &pods) != nil {
		return nil
	}
	return pods
}
