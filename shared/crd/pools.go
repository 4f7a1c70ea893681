package crd

import (
	"fmt"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"time"
)

// Names of the default pools and their class. The pools are what EKS Auto Mode's built-in ones are.
const (
	PoolGeneral  = "slipway-general-purpose"
	PoolSystem   = "slipway-system"
	ClassDefault = "default"
)

// Site is what a default class must know of its cluster.
type Site struct {
	Cluster string // its name
	Role    string // of the nodes
	// Subnets and SecurityGroups by id. When there are none, those tagged karpenter.sh/discovery=CLUSTER are taken,
	// as Karpenter's guide has it.
	Subnets        []string
	SecurityGroups []string
}

// Defaults are the objects that a cluster without any NodePool gets: one class and two pools.
func Defaults(site Site) ([]*Object, error) {
	var out []*Object
	for _, typed := range []any{
		defaultClass(site),
		pool(PoolGeneral, []string{karpenter.ArchitectureAmd64}),
		pool(PoolSystem, []string{karpenter.ArchitectureAmd64, karpenter.ArchitectureArm64}, corev1.Taint{
			Key: "CriticalAddonsOnly", Effect: corev1.TaintEffectNoSchedule,
		}),
	} {
		object, err := objectOf(typed)
		if err != nil {
			return nil, fmt.Errorf("default objects: %w", err)
		}
		out = append(out, object)
	}
	return out, nil
}

func defaultClass(site Site) *provider.EC2NodeClass {
	class := &provider.EC2NodeClass{
		TypeMeta:   metav1.TypeMeta{APIVersion: "karpenter.k8s.aws/v1", Kind: "EC2NodeClass"},
		ObjectMeta: metav1.ObjectMeta{Name: ClassDefault},
		Spec: provider.EC2NodeClassSpec{
			Role:             site.Role,
			AMISelectorTerms: []provider.AMISelectorTerm{{Alias: "al2023@latest"}},
		},
	}
	discovered := map[string]string{"karpenter.sh/discovery": site.Cluster}
	for _, id := range site.Subnets {
		class.Spec.SubnetSelectorTerms = append(class.Spec.SubnetSelectorTerms, provider.SubnetSelectorTerm{ID: id})
	}
	if len(site.Subnets) == 0 {
		class.Spec.SubnetSelectorTerms = []provider.SubnetSelectorTerm{{Tags: discovered}}
	}
	for _, id := range site.SecurityGroups {
		class.Spec.SecurityGroupSelectorTerms = append(class.Spec.SecurityGroupSelectorTerms, provider.SecurityGroupSelectorTerm{ID: id})
	}
	if len(site.SecurityGroups) == 0 {
		class.Spec.SecurityGroupSelectorTerms = []provider.SecurityGroupSelectorTerm{{Tags: discovered}}
	}
	return class
}

func pool(name string, archs []string, taints ...corev1.Taint) *karpenter.NodePool {
	pool := &karpenter.NodePool{
		TypeMeta:   metav1.TypeMeta{APIVersion: "karpenter.sh/v1", Kind: "NodePool"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}
	pool.Spec.Template.Spec = karpenter.NodeClaimTemplateSpec{
		Taints:                 taints,
		NodeClassRef:           &karpenter.NodeClassReference{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: ClassDefault},
		ExpireAfter:            karpenter.MustParseNillableDuration("336h"),
		TerminationGracePeriod: &metav1.Duration{Duration: 24 * time.Hour},
		Requirements: []karpenter.NodeSelectorRequirementWithMinValues{
			need(karpenter.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, karpenter.CapacityTypeOnDemand),
			need(provider.LabelInstanceCategory, corev1.NodeSelectorOpIn, "c", "m", "r"),
			need(provider.LabelInstanceGeneration, corev1.NodeSelectorOpGt, "4"),
			need(provider.LabelInstanceCPU, corev1.NodeSelectorOpGt, "1"), // Auto Mode buys none with a single one
			need(corev1.LabelArchStable, corev1.NodeSelectorOpIn, archs...),
			need(corev1.LabelOSStable, corev1.NodeSelectorOpIn, string(corev1.Linux)),
		},
	}
	pool.Spec.Disruption = karpenter.Disruption{
		ConsolidationPolicy: karpenter.ConsolidationPolicyWhenEmptyOrUnderutilized,
		ConsolidateAfter:    karpenter.MustParseNillableDuration("30s"),
		Budgets:             []karpenter.Budget{{Nodes: "10%"}},
	}
	return pool
}

func need(key string, operator corev1.NodeSelectorOperator, values ...string) karpenter.NodeSelectorRequirementWithMinValues {
	return karpenter.NodeSelectorRequirementWithMinValues{Key: key, Operator: operator, Values: values}
}
