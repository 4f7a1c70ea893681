package sched

import (
	"github.com/slipway-dev/slipway/shared/model"
)

// limits is what a pool may still grow by. It is kept pessimistically: a claim counts with the largest type that it
// could become.
type limits []limit

type limit struct {
	model.Limit
	used int64
}

func newLimits(p *model.NodePool) limits {
	var out limits
	for _, l := range p.Limits {
		out = append(out, limit{Limit: l})
	}
	return out
}

// take counts n nodes more; less when n is negative.
func (l limits) take(n int64, capacity model.Resources) {
	for i := range l {
		l[i].used += n * amountOf(l[i].Resource, capacity)
	}
}

// hold reports whether a node more stays within the limits, and if not, which it passes.
func (l limits) hold(capacity model.Resources) (passed limit, ok bool) {
	for _, x := range l {
		if x.used+amountOf(x.Resource, capacity) > x.Value {
			return x, false
		}
	}
	return limit{}, true
}

// times is how many nodes more stay within the limits, at most n.
func (l limits) times(capacity model.Resources, n int64) int64 {
	for _, x := range l {
		if each := amountOf(x.Resource, capacity); each > 0 {
			n = min(n, max(0, x.Value-x.used)/each)
		}
	}
	return n
}

func amountOf(resource string, capacity model.Resources) int64 {
	if resource == model.LimitNodes {
		return 1
	}
	return capacity.Get(resource)
}

// largest is the largest amount of each resource among the types.
func (p *pool) largest(types []int) model.Resources {
	var out model.Resources
	for _, t := range types {
		out = out.Max(p.shapes[t].Capacity)
	}
	return out
}

// countClaims counts the claims that exist against their pools' limits, those being deleted too: their instances
// still run.
func (d *decision) countClaims() {
	for _, p := range d.pools {
		p.left = newLimits(p.NodePool)
	}
	for i := range d.snapshot.Claims {
		claim := &d.snapshot.Claims[i]
		if p := d.pool(claim.Pool()); p != nil && len(p.left) > 0 {
			p.left.take(1, d.capacityOf(claim, p))
		}
	}
}

// capacityOf is what a claim counts for: its own capacity once it is launched, else the largest that it may become.
func (d *decision) capacityOf(claim *model.NodeClaim, p *pool) model.Resources {
	if !claim.Capacity.IsZero() || p.class == nil {
		return claim.Capacity
	}
	return p.largest(d.admissible(claim).types())
}
