package sched

import (
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// capacityTypes in the order in which they are taken.
func capacityTypes() []string { return []string{model.Reserved, model.Spot, model.OnDemand} }

// market is what may be bought for the wish now: the offerings of the first capacity type that has any within the
// pool's limits and the cap on money.
func (d *decision) market(p *pool, w *wish) (capacityType string, s selection) {
	for _, capacityType := range capacityTypes() {
		s := w.wants.clone()
		d.table.filter(s, func(typ *model.InstanceType, o model.Offering) bool {
			return o.CapacityType == capacityType && o.Price <= d.budget.money
		})
		if capacityType == model.Spot && !p.varied() {
			d.worthSpot(s, w.wants)
		}
		for _, t := range s.types() {
			if _, ok := p.left.hold(p.shapes[t].Capacity); !ok {
				s[t] = 0
			}
		}
		if !s.empty() {
			return capacityType, s
		}
	}
	return "", nil
}

// worthSpot drops, in place, the spot offerings that are dearer than the cheapest on-demand one: those pay more for
// less.
func (d *decision) worthSpot(spot, all selection) {
	onDemand := all.clone()
	d.table.filter(onDemand, func(_ *model.InstanceType, o model.Offering) bool { return o.CapacityType == model.OnDemand })
	if price, ok := d.table.cheapest(onDemand); ok {
		d.table.filter(spot, func(_ *model.InstanceType, o model.Offering) bool { return o.Price <= price })
	}
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
