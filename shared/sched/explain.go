package sched

import (
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// explain gives every pod without a place its reasons, and tells it.
func (d *decision) explain(groups []*group) {
	for _, g := range groups {
		if len(g.pods) == 0 {
			continue
		}
		var pools []model.PoolReason
		if !g.barred {
			pools = d.poolReasons(g)
		}
		for _, p := range g.pods {
			u := model.Unplaced{Pod: p.PodRef, Pools: pools}
			switch {
			case g.barred:
				b := d.breaker(p)
				u.Reason = "nothing is bought for its owner until " + clock(b.Until) + ": " + b.Reason
			case len(pools) == 0:
				u.Reason = "there is no NodePool"
			}
			d.unplaced = append(d.unplaced, u)
		}
	}
	for _, u := range d.unplaced {
		d.tellRef(u.Pod, true, "FailedScheduling", unplacedWords(u))
	}
}

// unplacedWords is what the pod's Event says.
func unplacedWords(u model.Unplaced) string {
	if u.Reason != "" {
		return u.Reason
	}
	var parts []string
	for _, r := range u.Pools {
		parts = append(parts, "pool "+r.Pool+": "+r.Reason)
	}
	return strings.Join(parts, "; ")
}

func (d *decision) poolReasons(g *group) []model.PoolReason {
	var out []model.PoolReason
	for _, p := range d.pools {
		out = append(out, model.PoolReason{Pool: p.Name, Reason: d.miss(p, g)})
	}
	return out
}

// miss is the nearest miss of the pool: the first thing that is in the way, in the order in which one would look.
func (d *decision) miss(p *pool, g *group) string {
	if p.skip != "" {
		return p.skip
	}
	if t, ok := tolerates(g.tolerations, p.Taints); !ok {
		return "taint " + taintWords(t) + " is not tolerated"
	}
	if len(g.terms) == 0 {
		return "its required node affinity has no term that anything can match"
	}
	if len(g.terms) == 1 {
		return d.missTerm(p, g, 0)
	}
	var parts []string
	for i := range g.terms {
		parts = append(parts, d.missTerm(p, g, i))
	}
	return joinedOr(parts)
}

// joinedOr lists the misses of alternative terms, each once.
func joinedOr(parts []string) string {
	var out []string
	seen := map[string]bool{}
	for _, p := range parts {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return strings.Join(out, "; or ")
}

// missTerm is the miss under one of the group's terms: its labels, what the types hold, the limits, the stock, the
// caps.
func (d *decision) missTerm(p *pool, g *group, term int) string {
	s, reason := d.missRequirement(p, g, term)
	if reason != "" {
		return reason
	}
	holding, reason := d.missRoom(p, g, s)
	if reason != "" {
		return reason
	}
	if reason := d.missStock(p, holding); reason != "" {
		return reason
	}
	holding.and(p.stock)
	if reason := d.missLimit(p, g, holding); reason != "" {
		return reason
	}
	if d.budget.launches <= 0 {
		return d.budget.refuse(capLaunches)
	}
	if price, ok := d.table.cheapest(holding); ok && price > d.budget.money {
		return d.budget.refuse(capPrice)
	}
	return d.missVariety(p)
}
