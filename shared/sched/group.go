package sched

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// group is pods that are the same to whoever looks for a place: equal requests, constraints and tolerations. All
// questions are asked once for the group.
type group struct {
	key         string
	requests    model.Resources
	terms       []require.Constraints // any one of them has to hold; none can when there is none
	asked       [][]model.Requirement // the terms as the pods put them, for reasons
	tolerations []model.Toleration
	satisfying  []selection  // by term, see satisfied
	barred      bool         // a breaker keeps anything from being bought
	pods        []*model.Pod // without a place yet, sorted
}

// groupPods puts equal pods together, in the order in which they are packed: those with devices first, since only
// few types hold them, then the larger first.
func groupPods(pods []*model.Pod, barred func(*model.Pod) bool) []*group {
	byKey := map[string]*group{}
	var groups []*group
	for _, p := range pods {
		key := groupKey(p, barred(p))
		g := byKey[key]
		if g == nil {
			g = newGroup(p, key, barred(p))
			byKey[key] = g
			groups = append(groups, g)
		}
		g.pods = append(g.pods, p)
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(
			-cmp.Compare(len(a.requests.Extended), len(b.requests.Extended)),
			-cmp.Compare(a.requests.CPU, b.requests.CPU),
			-cmp.Compare(a.requests.Memory, b.requests.Memory),
			strings.Compare(a.key, b.key),
		)
	})
	return groups
}

func newGroup(p *model.Pod, key string, barred bool) *group {
	g := &group{key: key, requests: p.Requests, tolerations: p.Tolerations, barred: barred}
	selector := require.Selector(p.NodeSelector)
	if p.NodeAffinity == nil {
		g.terms, g.asked = []require.Constraints{selector}, [][]model.Requirement{asked(p.NodeSelector, nil)}
		return g
	}
	for _, term := range p.NodeAffinity {
		if len(term) > 0 { // an empty term matches nothing
			g.terms = append(g.terms, selector.And(require.All(term...)))
			g.asked = append(g.asked, asked(p.NodeSelector, term))
		}
	}
	return g
}

// asked lists what a pod asks of a node's labels, in a fixed order.
func asked(selector map[string]string, term []model.Requirement) []model.Requirement {
	var out []model.Requirement
	for key, value := range selector {
		out = append(out, model.Requirement{Key: key, Operator: model.In, Values: []string{value}})
	}
	slices.SortFunc(out, func(a, b model.Requirement) int { return strings.Compare(a.Key, b.Key) })
	return append(out, term...)
}

// groupKey spells out what makes pods equal.
func groupKey(p *model.Pod, barred bool) string {
	key, err := json.Marshal(struct {
		R model.Resources
		S map[string]string
		A [][]model.Requirement
		T []model.Toleration
		B bool
	}{p.Requests, p.NodeSelector, p.NodeAffinity, p.Tolerations, barred})
	if err != nil { // strings and numbers always marshal
		return p.UID
	}
	return string(key)
}

// tolerates reports whether the group tolerates all taints that keep pods off, and if not, which it does not.
func tolerates(tolerations []model.Toleration, taints []model.Taint) (untolerated model.Taint, ok bool) {
	for _, taint := range taints {
		if taint.Effect == model.PreferNoSchedule {
			continue
		}
		if !slices.ContainsFunc(tolerations, func(t model.Toleration) bool { return t.Tolerates(taint) }) {
			return taint, false
		}
	}
	return model.Taint{}, true
}
