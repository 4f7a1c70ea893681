package sched

import (
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/pack"
)

// capacityTypes in the order in which they are taken.
func capacityTypes() []string { return []string{model.Reserved, model.Spot, model.OnDemand} }

// market is what may be bought for the wish now under the capacity type: what stays within the pool's limits and the
// cap on money.
func (d *decision) market(p *pool, w *wish, capacityType string) selection {
	s := w.wants.clone()
	d.table.filter(s, func(_ *model.InstanceType, o model.Offering) bool {
		return o.CapacityType == capacityType && o.Price <= d.budget.money
	})
	for _, t := range s.types() {
		if _, ok := p.left.hold(p.shapes[t].Capacity); !ok {
			s[t] = 0
		}
	}
	return s
}

// worth drops the offerings of spot that are dearer than the cheapest on-demand offering that would do for the load:
// those pay more for less.
func (l *lot) worth(d *decision, load pack.Load, offers []offering) []offering {
	if l.capacityType != model.Spot || l.pool.varied() {
		return offers
	}
	onDemand := l.stock(load)
	d.table.filter(onDemand, func(_ *model.InstanceType, o model.Offering) bool { return o.CapacityType == model.OnDemand })
	price, ok := d.table.cheapest(onDemand)
	if !ok {
		return offers
	}
	return slices.DeleteFunc(offers, func(o offering) bool { return o.price > price })
}

// stock is everything that would do for the load, under any capacity type.
func (l *lot) stock(load pack.Load) selection {
	s := l.pool.stock.clone()
	for i, n := range load.Counts {
		if n > 0 {
			s.and(l.wishes[i].admits)
		}
	}
	for _, t := range s.types() {
		if !load.Sum.FitsIn(l.pool.room(t)) {
			s[t] = 0
		}
	}
	return s
}

// wanted is what of the admitted offerings is bought for the group: types that hold one of its pods, and plain ones
// if there are any. Bare metal and types with devices are bought only for those that nothing else helps, as Karpenter
// does it; a pool that asks for variety gets all.
func (d *decision) wanted(p *pool, g *group, admits selection) selection {
	out := admits.clone()
	plain := make(selection, len(out))
	for _, t := range out.types() {
		switch {
		case !g.requests.FitsIn(p.room(t)):
			out[t] = 0
		case !exotic(d.table.types[t]):
			plain[t] = out[t]
		}
	}
	if p.varied() || plain.empty() {
		return out
	}
	return plain
}

func exotic(typ model.InstanceType) bool {
	return slices.ContainsFunc(typ.Capacity.Extended, device) ||
		strings.Contains(typ.Labels["karpenter.k8s.aws/instance-size"], "metal")
}

// device tells what a type costs more for from what every type has, such as pods' own network interfaces.
func device(a model.Amount) bool {
	switch a.Name {
	case "nvidia.com/gpu", "amd.com/gpu", "habana.ai/gaudi", "aws.amazon.com/neuron", "aws.amazon.com/neuroncore":
		return true
	}
	return false
}

// varied reports whether the pool asks for a number of distinct values of something.
func (p *pool) varied() bool {
	return slices.ContainsFunc(p.Requirements, func(r model.Requirement) bool { return r.MinValues > 0 })
}
