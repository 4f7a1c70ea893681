package crd

import (
	"fmt"

	flowcontrol "k8s.io/api/flowcontrol/v1"
	rbac "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Group is the Kubernetes group of our functions: the access entry of each function's role names it.
const Group = "slipway"

// Access are the objects that let our functions work: a role, its binding to Group, and a FlowSchema that keeps our
// calls apart from those of the cluster's workloads.
func Access() ([]*Object, error) {
	var out []*Object
	for _, typed := range []any{clusterRole(), binding(), flowSchema()} {
		object, err := objectOf(typed)
		if err != nil {
			return nil, fmt.Errorf("access objects: %w", err)
		}
		out = append(out, object)
	}
	return out, nil
}

func clusterRole() *rbac.ClusterRole {
	read := []string{"get", "list", "watch"}
	all := []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	return &rbac.ClusterRole{
		TypeMeta:   metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole"},
		ObjectMeta: metav1.ObjectMeta{Name: Group},
		Rules: []rbac.PolicyRule{
			rule(read, "", "pods", "nodes", "namespaces", "persistentvolumes", "persistentvolumeclaims",
				"replicationcontrollers"),
			rule(read, "apps", "deployments", "replicasets", "statefulsets", "daemonsets"),
			rule(read, "batch", "jobs"),
			rule(read, "policy", "poddisruptionbudgets"),
			rule(read, "storage.k8s.io", "storageclasses", "csinodes", "volumeattachments", "csistoragecapacities"),
			rule(read, "resource.k8s.io", "resourceclaims", "resourceslices", "deviceclasses"),
			rule(read, "coordination.k8s.io", "leases"), // Karpenter's own, which says whether it runs
			rule([]string{"update", "patch", "delete"}, "", "nodes"),
			rule([]string{"delete"}, "", "pods"), // past a node's deadline only
			rule([]string{"create"}, "", "pods/eviction"),
			rule([]string{"patch"}, "", "pods/status"), // the nominated node
			rule([]string{"create", "patch"}, "", "events"),
			rule(all, "karpenter.sh", "nodepools", "nodeclaims", "nodeoverlays"),
			rule([]string{"update", "patch"}, "karpenter.sh", "nodepools/status", "nodeclaims/status",
				"nodeoverlays/status", "nodeclaims/finalizers", "nodepools/finalizers"),
			rule([]string{"get", "list", "watch", "update", "patch"}, "karpenter.k8s.aws", "ec2nodeclasses"),
			rule([]string{"update", "patch"}, "karpenter.k8s.aws", "ec2nodeclasses/status", "ec2nodeclasses/finalizers"),
		},
	}
}

func rule(verbs []string, group string, resources ...string) rbac.PolicyRule {
	return rbac.PolicyRule{Verbs: verbs, APIGroups: []string{group}, Resources: resources}
}

func binding() *rbac.ClusterRoleBinding {
	return &rbac.ClusterRoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRoleBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: Group},
		Subjects:   []rbac.Subject{{Kind: rbac.GroupKind, APIGroup: rbac.GroupName, Name: Group}},
		RoleRef:    rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "ClusterRole", Name: Group},
	}
}

// flowSchema gives our calls the level of the cluster's own controllers, each function by itself, so that a burst
// of one does not keep another waiting.
func flowSchema() *flowcontrol.FlowSchema {
	return &flowcontrol.FlowSchema{
		TypeMeta:   metav1.TypeMeta{APIVersion: "flowcontrol.apiserver.k8s.io/v1", Kind: "FlowSchema"},
		ObjectMeta: metav1.ObjectMeta{Name: Group},
		Spec: flowcontrol.FlowSchemaSpec{
			MatchingPrecedence:         900,
			PriorityLevelConfiguration: flowcontrol.PriorityLevelConfigurationReference{Name: "workload-high"},
			DistinguisherMethod:        &flowcontrol.FlowDistinguisherMethod{Type: flowcontrol.FlowDistinguisherMethodByUserType},
			Rules: []flowcontrol.PolicyRulesWithSubjects{{
				Subjects: []flowcontrol.Subject{{Kind: flowcontrol.SubjectKindGroup, Group: &flowcontrol.GroupSubject{Name: Group}}},
				ResourceRules: []flowcontrol.ResourcePolicyRule{{
					Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"},
					Namespaces: []string{"*"}, ClusterScope: true,
				}},
			}},
		},
	}
}
