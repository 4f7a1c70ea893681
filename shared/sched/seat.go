package sched

import (
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// seat is a node that exists or is on its way, with the room that is left on it.
type seat struct {
	name   string
	labels map[string]string
	taints []model.Taint // that keep pods off
	free   model.Resources

	node  *model.Node      // once the node speaks for itself
	claim *model.NodeClaim // nil for a node that is none of ours
	// offers are what a claim without instance may become: a pod has to suit them all. Nil for others.
	offers selection
	pool   *pool
	lost   bool // its last launch is over and gave it nothing

	pods []*model.Pod // that this decision counts on it, remembered ones first
}

// label looks a label up, or the one field that node affinity may name.
func (s *seat) label(key string) (string, bool) {
	if key == model.FieldNodeName {
		return s.hostname(), true
	}
	if v, ok := s.labels[key]; ok {
		return v, true
	}
	if key == model.LabelHostname {
		return s.hostname(), true
	}
	return "", false
}

// hostname is the node's name; that of a node that has not come yet is nobody's.
func (s *seat) hostname() string {
	switch {
	case s.node != nil:
		return s.node.Name
	case s.claim.NodeName != "":
		return s.claim.NodeName
	}
	return newName
}

// keeps reports whether there is still room for a pod that the seat's claim was made for. Until the node speaks for
// itself the claim's word is enough: not all of the node's labels are known yet, and a pod that is not believed here
// would be bought for twice.
func (s *seat) keeps(d *decision, g *group) bool {
	if s.node != nil {
		return s.fits(d, g)
	}
	return g.requests.FitsIn(s.free) && (s.offers == nil || !s.offers.empty())
}

// fits reports whether a pod of the group has a place here.
func (s *seat) fits(d *decision, g *group) bool {
	if !g.requests.FitsIn(s.free) || s.offers != nil && s.offers.empty() {
		return false
	}
	if _, ok := tolerates(g.tolerations, s.taints); !ok {
		return false
	}
	if s.offers == nil {
		return admitted(g.terms, s.label)
	}
	for i := range g.terms {
		if s.suits(d, g, i) {
			return true
		}
	}
	return false
}

// suits reports whether a term of the group holds whatever the claim becomes.
func (s *seat) suits(d *decision, g *group, term int) bool {
	for _, c := range g.terms[term] {
		if !d.table.decides(c.Key) && !c.Set.Allows(s.label(c.Key)) {
			return false
		}
	}
	return s.offers.within(g.satisfied(d, term))
}

// satisfied is every offering that satisfies a term of the group; it is found once.
func (g *group) satisfied(d *decision, term int) selection {
	if g.satisfying == nil {
		g.satisfying = make([]selection, len(g.terms))
	}
	if g.satisfying[term] == nil {
		g.satisfying[term] = d.satisfying(g.terms[term])
	}
	return g.satisfying[term]
}

// satisfying is every offering that satisfies the constraints as far as the table decides.
func (d *decision) satisfying(constraints require.Constraints) selection {
	s := d.table.all.clone()
	d.table.narrow(s, constraints)
	return s
}

// put counts the pod on the seat.
func (s *seat) put(p *model.Pod) {
	s.free = s.free.Minus(p.Requests)
	s.pods = append(s.pods, p)
}

// target names the seat in a placement.
func (s *seat) target() model.Target {
	if s.node != nil {
		return model.Target{Node: s.node.Name}
	}
	return model.Target{Claim: s.claim.Name}
}
