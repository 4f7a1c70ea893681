package kube

import (
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
)

// nodeAffinityOf reads required node affinity, and says why when it can't.
func nodeAffinityOf(a *corev1.Affinity) (terms [][]model.Requirement, invalid string) {
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil, ""
	}
	for _, term := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		requirements, err := termOf(term)
		if err != nil {
			return nil, err.Error()
		}
		terms = append(terms, requirements)
	}
	if terms == nil {
		terms = [][]model.Requirement{{}} // affinity to nothing is not the same as none
	}
	return terms, ""
}

func termOf(term corev1.NodeSelectorTerm) ([]model.Requirement, error) {
	requirements := make([]model.Requirement, 0, len(term.MatchExpressions)+len(term.MatchFields))
	for _, e := range term.MatchExpressions {
		r, err := selectorRequirement(e)
		if err != nil {
			return nil, fmt.Errorf("node affinity to %s: %w", e.Key, err)
		}
		requirements = append(requirements, r)
	}
	for _, f := range term.MatchFields {
		if f.Key != model.FieldNodeName {
			return nil, fmt.Errorf("node affinity to field %s, which is not known", f.Key)
		}
		r, err := selectorRequirement(f)
		if err != nil {
			return nil, fmt.Errorf("node affinity to field %s: %w", f.Key, err)
		}
		requirements = append(requirements, r)
	}
	return requirements, nil
}

func selectorRequirement(e corev1.NodeSelectorRequirement) (model.Requirement, error) {
	n := len(e.Values)
	op := model.Operator(e.Operator)
	switch op {
	case model.In, model.NotIn:
		if n == 0 {
			return model.Requirement{}, fmt.Errorf("operator %s wants values", op)
		}
	case model.Exists, model.DoesNotExist:
		if n != 0 {
			return model.Requirement{}, fmt.Errorf("operator %s wants no values", op)
		}
	case model.Gt, model.Lt:
		if n != 1 {
			return model.Requirement{}, fmt.Errorf("operator %s wants one value", op)
		}
	default:
		return model.Requirement{}, fmt.Errorf("operator %s is not known", op)
	}
	return model.Requirement{Key: e.Key, Operator: op, Values: e.Values}, nil
}

func tolerationsOf(list []corev1.Toleration) []model.Toleration {
	var out []model.Toleration
	for _, t := range list {
		out = append(out, model.Toleration{Key: t.Key, Operator: string(t.Operator), Value: t.Value, Effect: string(t.Effect)})
	}
	return out
}
