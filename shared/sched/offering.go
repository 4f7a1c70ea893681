package sched

import (
	"cmp"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/pack"
)

// offering is one type in one zone, of a capacity type that is known from elsewhere.
type offering struct {
	typ   int
	name  string
	zone  string
	price int64
}

func compareOfferings(a, b offering) int {
	return cmp.Or(cmp.Compare(a.price, b.price), strings.Compare(a.name, b.name), strings.Compare(a.zone, b.zone))
}

// offerings lists what holds the load, the cheapest first, as many as one launch names.
func (l *lot) offerings(d *decision, load pack.Load) []offering {
	var out []offering
	for _, h := range l.problem.Holders(load) {
		out = append(out, d.table.list(l.problem.Bins[h.Bin].Type, h.Offers)...)
	}
	out = l.worth(d, load, out)
	slices.SortFunc(out, compareOfferings)
	return d.keepVariety(l.pool, l.moderate(out))
}

// maxDearer bounds what a claim may cost when the cheapest that holds its pods is out of stock, and what it counts for
// in its pool's limits. A pool of one family has its largest size among the sixty cheapest offerings; a small pod does
// not get that by EC2's choice, only by a decision that sees nothing better left.
const maxDearer = 4

// moderate drops, of sorted offerings, those that cost far more than the cheapest. Where the pool asks for variety,
// and of reserved capacity, which is paid for already, nothing is dropped.
func (l *lot) moderate(offers []offering) []offering {
	if len(offers) == 0 || l.pool.varied() || l.capacityType == model.Reserved {
		return offers
	}
	bound := offers[0].price * maxDearer
	return slices.DeleteFunc(offers, func(o offering) bool { return o.price > bound })
}

// list spells the offerings of a type out.
func (t *table) list(typ int, bits uint64) []offering {
	var out []offering
	for bit, o := range t.types[typ].Offerings {
		if bits&(1<<bit) != 0 {
			out = append(out, offering{typ: typ, name: t.types[typ].Name, zone: o.Zone, price: o.Price})
		}
	}
	return out
}

// typesOf lists the types of offerings, by name.
func typesOf(offers []offering) []int {
	var out []int
	for _, o := range offers {
		out = append(out, o.typ)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// overrides are the offerings as a launch names them.
func (p *pool) overrides(offers []offering) []model.FleetOverride {
	out := make([]model.FleetOverride, 0, len(offers))
	for _, o := range offers {
		out = append(out, model.FleetOverride{Type: o.name, Zone: o.zone, Subnet: p.subnets[o.zone]})
	}
	return out
}

// shapesOf are the shapes of the offerings' types.
func (p *pool) shapesOf(offers []offering) []model.Shape {
	var out []model.Shape
	for _, t := range typesOf(offers) {
		out = append(out, p.shapes[t])
	}
	return out
}
