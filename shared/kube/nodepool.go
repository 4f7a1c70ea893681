package kube

import (
	"cmp"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// poolObject is a karpenter.sh/v1 NodePool.
type poolObject struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Template struct {
			Metadata struct {
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
			Spec nodeSpec `json:"spec"`
		} `json:"template"`
		Limits   corev1.ResourceList `json:"limits"`
		Weight   *int32              `json:"weight"`
		Replicas *int64              `json:"replicas"`
	} `json:"spec"`
	Status struct {
		Resources  corev1.ResourceList `json:"resources"`
		Nodes      int64               `json:"nodes"`
		Conditions []metav1.Condition  `json:"conditions"`
	} `json:"status"`
}

// nodeSpec is what a pool's template and a claim say alike.
type nodeSpec struct {
	Taints                 []customTaint `json:"taints,omitempty"`
	StartupTaints          []customTaint `json:"startupTaints,omitempty"`
	Requirements           []requirement `json:"requirements"`
	NodeClassRef           classRef      `json:"nodeClassRef"`
	TerminationGracePeriod string        `json:"terminationGracePeriod,omitempty"`
	ExpireAfter            string        `json:"expireAfter,omitempty"`
}

func pools() resource[poolObject, model.NodePool] {
	return resource[poolObject, model.NodePool]{
		plural: "NodePools",
		path:   pathPools,
		items:  customItems[poolObject],
		meta:   func(p *poolObject) (string, string) { return p.Metadata.Name, p.Metadata.ResourceVersion },
		value:  poolOf,
	}
}

func poolOf(p *poolObject) model.NodePool {
	spec := p.Spec.Template.Spec
	pool := model.NodePool{
		Name:                   p.Metadata.Name,
		UID:                    p.Metadata.UID,
		ResourceVersion:        p.Metadata.ResourceVersion,
		Generation:             p.Metadata.Generation,
		Annotations:            p.Metadata.Annotations,
		Deleting:               !p.Metadata.DeletionTimestamp.IsZero(),
		Static:                 p.Spec.Replicas != nil,
		Limits:                 limitsOf(p.Spec.Limits),
		Labels:                 p.Spec.Template.Metadata.Labels,
		ClaimAnnotations:       p.Spec.Template.Metadata.Annotations,
		Requirements:           requirementsOf(spec.Requirements),
		Taints:                 modelTaints(spec.Taints),
		StartupTaints:          modelTaints(spec.StartupTaints),
		Class:                  model.ClassRef(spec.NodeClassRef),
		ExpireAfter:            spec.ExpireAfter,
		TerminationGracePeriod: spec.TerminationGracePeriod,
		Conditions:             conditionsOf(p.Status.Conditions),
		// Karpenter counts nodes among the resources too; the model has them once.
		Resources: resourcesOf(p.Status.Resources).With(model.LimitNodes, 0),
		Nodes:     p.Status.Nodes,
	}
	if p.Spec.Weight != nil {
		pool.Weight = *p.Spec.Weight
	}
	pool.Hash = pool.TemplateHash()
	return pool
}

func limitsOf(list corev1.ResourceList) []model.Limit {
	var out []model.Limit
	for name, q := range list {
		out = append(out, model.Limit{Resource: string(name), Value: amountOf(string(name), q)})
	}
	slices.SortFunc(out, func(a, b model.Limit) int { return cmp.Compare(a.Resource, b.Resource) })
	return out
}
