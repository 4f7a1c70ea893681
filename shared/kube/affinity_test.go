package kube

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestNodeAffinity(t *testing.T) {
	type expressions = []corev1.NodeSelectorRequirement
	term := func(list, fields expressions) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: list, MatchFields: fields}
	}
	tests := []struct {
		name    string
		terms   []corev1.NodeSelectorTerm
		want    [][]model.Requirement
		invalid string
	}{
		{"every operator", []corev1.NodeSelectorTerm{term(expressions{
			{Key: "a", Operator: "In", Values: []string{"1", "2"}}, {Key: "b", Operator: "NotIn", Values: []string{"1"}},
			{Key: "c", Operator: "Exists"}, {Key: "d", Operator: "DoesNotExist"},
			{Key: "e", Operator: "Gt", Values: []string{"1"}}, {Key: "f", Operator: "Lt", Values: []string{"2"}},
		}, nil)}, [][]model.Requirement{{
			{Key: "a", Operator: model.In, Values: []string{"1", "2"}}, {Key: "b", Operator: model.NotIn, Values: []string{"1"}},
			{Key: "c", Operator: model.Exists}, {Key: "d", Operator: model.DoesNotExist},
			{Key: "e", Operator: model.Gt, Values: []string{"1"}}, {Key: "f", Operator: model.Lt, Values: []string{"2"}},
		}}, ""},
		{"either term", []corev1.NodeSelectorTerm{
			term(expressions{{Key: "a", Operator: "Exists"}}, nil), term(expressions{{Key: "b", Operator: "Exists"}}, nil),
		}, [][]model.Requirement{{{Key: "a", Operator: model.Exists}}, {{Key: "b", Operator: model.Exists}}}, ""},
		{"a node by name", []corev1.NodeSelectorTerm{
			term(nil, expressions{{Key: "metadata.name", Operator: "In", Values: []string{"n"}}}),
		}, [][]model.Requirement{{{Key: model.FieldNodeName, Operator: model.In, Values: []string{"n"}}}}, ""},
		{"an empty term matches nothing", []corev1.NodeSelectorTerm{{}}, [][]model.Requirement{{}}, ""},
		{"no terms match nothing", nil, [][]model.Requirement{{}}, ""},
		{"unknown operator", []corev1.NodeSelectorTerm{term(expressions{{Key: "a", Operator: "Like", Values: []string{"x"}}}, nil)},
			nil, "node affinity to a: operator Like is not known"},
		{"Karpenter's operators are not the scheduler's", []corev1.NodeSelectorTerm{term(expressions{{Key: "a", Operator: "Gte", Values: []string{"1"}}}, nil)},
			nil, "node affinity to a: operator Gte is not known"},
		{"unknown field", []corev1.NodeSelectorTerm{term(nil, expressions{{Key: "spec.x", Operator: "In", Values: []string{"1"}}})},
			nil, "node affinity to field spec.x, which is not known"},
		{"In without values", []corev1.NodeSelectorTerm{term(expressions{{Key: "a", Operator: "In"}}, nil)},
			nil, "node affinity to a: operator In wants values"},
		{"Exists with values", []corev1.NodeSelectorTerm{term(expressions{{Key: "a", Operator: "Exists", Values: []string{"1"}}}, nil)},
			nil, "node affinity to a: operator Exists wants no values"},
		{"Gt with two values", []corev1.NodeSelectorTerm{term(expressions{{Key: "a", Operator: "Gt", Values: []string{"1", "2"}}}, nil)},
			nil, "node affinity to a: operator Gt wants one value"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pod := corePod("p", "", corev1.PodPending)
			pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: test.terms},
			}}
			got := podOf(&pod)
			if diff := cmp.Diff(test.want, got.NodeAffinity); diff != "" {
				t.Errorf("affinity (-want +got):\n%s", diff)
			}
			if got.Invalid != test.invalid {
				t.Errorf("invalid: %q, want %q", got.Invalid, test.invalid)
			}
		})
	}
	pod := corePod("p", "", corev1.PodPending)
	pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}
	if got := podOf(&pod).NodeAffinity; got != nil {
		t.Errorf("no required affinity became %v", got)
	}
}
