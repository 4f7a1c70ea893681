package sched_test

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/slipway-dev/slipway/shared/model"
)

// refuses says why Kubernetes' scheduler would not put the pod on a node with those labels and taints.
func refuses(p model.Pod, labels map[string]string, taints []model.Taint) string {
	for k, v := range p.NodeSelector {
		if labels[k] != v {
			return fmt.Sprintf("selects %s=%s, the node has %q", k, v, labels[k])
		}
	}
	if p.NodeAffinity != nil && !slices.ContainsFunc(p.NodeAffinity, func(term []model.Requirement) bool { return termHolds(term, labels) }) {
		return "no term of its affinity holds"
	}
	for _, t := range taints {
		if t.Effect != model.PreferNoSchedule && !slices.ContainsFunc(p.Tolerations, func(x model.Toleration) bool { return x.Tolerates(t) }) {
			return "does not tolerate " + t.Key
		}
	}
	return ""
}

func termHolds(term []model.Requirement, labels map[string]string) bool {
	for _, r := range term {
		if !holds(r, labels) {
			return false
		}
	}
	return len(term) > 0
}

func holds(r model.Requirement, labels map[string]string) bool {
	v, present := labels[r.Key]
	switch r.Operator {
	case model.In:
		return present && slices.Contains(r.Values, v)
	case model.NotIn:
		return !slices.Contains(r.Values, v)
	case model.Exists:
		return present
	case model.DoesNotExist:
		return !present
	}
	n, err := strconv.Atoi(v)
	bound, err2 := strconv.Atoi(r.Values[0])
	if err != nil || err2 != nil {
		return false
	}
	return map[model.Operator]bool{model.Gt: n > bound, model.Lt: n < bound, model.Gte: n >= bound, model.Lte: n <= bound}[r.Operator]
}
