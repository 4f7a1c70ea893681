package sched

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// unmatched says which of a pool's own requirements no type satisfies: one alone if there is such, else the first
// that leaves nothing after those before it.
func (d *decision) unmatched(p *pool) string {
	if len(d.table.types) == 0 {
		return "the catalog has no types"
	}
	var typed []model.Requirement
	for _, r := range p.Requirements {
		if d.table.decides(require.Name(r.Key)) {
			typed = append(typed, r)
		}
	}
	for _, r := range typed {
		if d.satisfying(require.All(r)).empty() {
			return "requirement " + require.Words(r) + " matches no type"
		}
	}
	for i := range typed {
		if d.satisfying(require.All(typed[:i+1]...)).empty() {
			return "requirement " + require.Words(typed[i]) + " matches no type that the others leave"
		}
	}
	return "no type has a price"
}

// missRequirement finds what of the pool the group's labels leave, or which of its requirements leaves nothing.
func (d *decision) missRequirement(p *pool, g *group, term int) (selection, string) {
	for _, r := range g.asked[term] {
		if reason := d.missOpen(p, r); reason != "" {
			return nil, reason
		}
	}
	selects, may := p.selects.clone(), p.may.clone()
	for _, r := range g.asked[term] {
		d.table.narrow(selects, require.All(r))
		d.table.narrow(may, require.All(r))
		if may.empty() {
			return nil, d.missAt(p, r, selects)
		}
	}
	if key, found := g.terms[term].Contradiction(); found {
		return nil, "its requirements on " + key + " contradict each other"
	}
	return may, ""
}

// missAt is the miss at the requirement that left nothing of what the pool may launch.
func (d *decision) missAt(p *pool, r model.Requirement, selects selection) string {
	words := "requirement " + require.Words(r)
	switch {
	case d.satisfying(require.All(r)).empty():
		return words + " matches no type"
	case selects.empty():
		return words + " matches no type of the pool"
	}
	return words + ": node class " + p.class.Name + " has no subnet with a free address for it, or no launch template"
}

// missOpen is the miss on a label that neither type nor offering decides.
func (d *decision) missOpen(p *pool, r model.Requirement) string {
	key := require.Name(r.Key)
	if d.table.decides(key) {
		return ""
	}
	set, defined := p.open.Get(key)
	if !defined {
		set = require.Absent()
	}
	switch {
	case !set.And(require.SetOf(r)).Empty():
		return ""
	case !defined:
		return "requirement " + require.Words(r) + ": the pool does not define that label"
	case key == model.LabelHostname || key == model.FieldNodeName:
		return "requirement " + require.Words(r) + ": a new node has its own name"
	}
	return "requirement " + require.Words(r) + " is not met by what the pool gives its nodes"
}

// missRoom finds the types that hold one pod, or says what the best of them lacks: the resource that stands in the
// way on most of what is left after the others.
func (d *decision) missRoom(p *pool, g *group, s selection) (selection, string) {
	holding := s.clone()
	for _, t := range s.types() {
		if !g.requests.FitsIn(p.room(t)) {
			holding[t] = 0
		}
	}
	if !holding.empty() {
		return holding, ""
	}
	return nil, missResource(p, g.requests, s.types())
}

// missResource goes through what is asked for one by one. The first resource that no type which holds those before it
// has enough of is the one to name.
func missResource(p *pool, requests model.Resources, types []int) string {
	for _, name := range requests.Names() {
		asked := requests.Get(name)
		most := int64(0)
		var holding []int
		for _, t := range types {
			has := p.room(t).Get(name)
			most = max(most, has)
			if has >= asked {
				holding = append(holding, t)
			}
		}
		if len(holding) == 0 {
			return fmt.Sprintf("needs %s %s, the largest type that fits the rest has %s", name, amount(name, asked), amount(name, most))
		}
		types = holding
	}
	return "no type holds it"
}

// missStock says until when everything that would do is hidden.
func (d *decision) missStock(p *pool, holding selection) string {
	s := holding.clone()
	s.and(p.stock)
	if !s.empty() {
		return ""
	}
	var until time.Time
	var reasons []string
	for _, t := range holding.types() {
		for _, o := range d.table.list(t, holding[t]) {
			for _, m := range d.snapshot.Lane.Unavailable {
				if !d.hides(m, o) {
					continue
				}
				reasons = append(reasons, m.Reason)
				if until.IsZero() || m.Until.Before(until) {
					until = m.Until
				}
			}
		}
	}
	return fmt.Sprintf("%s out of stock until %s (%s)",
		counted(len(holding.types()), "type that would do is", "types that would do are"), clock(until), joined(reasons))
}

func (d *decision) hides(m model.Unavailable, o offering) bool {
	return slices.ContainsFunc(d.table.types[o.typ].Offerings, func(x model.Offering) bool {
		return x.Zone == o.zone && m.Hides(d.now, o.name, x)
	})
}

// missLimit says which limit of the pool the smallest type that would do passes.
func (d *decision) missLimit(p *pool, g *group, holding selection) string {
	var nearest string
	least := int64(-1)
	for _, t := range holding.types() {
		passed, ok := p.left.hold(p.shapes[t].Capacity)
		if ok {
			return ""
		}
		adds := amountOf(passed.Resource, p.shapes[t].Capacity)
		if least < 0 || adds < least {
			least = adds
			nearest = fmt.Sprintf("limit %s %s: %s is used, the smallest type that holds the pod adds %s", passed.Resource,
				amount(passed.Resource, passed.Value), amount(passed.Resource, passed.used), amount(passed.Resource, adds))
		}
	}
	return nearest
}

// missVariety is what is left to be in the way.
func (d *decision) missVariety(p *pool) string {
	var words []string
	for _, r := range p.Requirements {
		if r.MinValues > 0 {
			words = append(words, fmt.Sprintf("%s (%d)", r.Key, r.MinValues))
		}
	}
	if len(words) == 0 {
		return "nothing of it is left for this pod in this decision"
	}
	return "too few types hold the pod for minValues of " + strings.Join(words, ", ")
}
