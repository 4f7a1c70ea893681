package sched

import "github.com/slipway-dev/slipway/shared/model"

// choose finds what the pool may launch, and says why if that is nothing.
func (p *pool) choose(d *decision) {
	p.may = d.table.all.clone()
	d.table.narrow(p.may, p.asked)
	d.table.filter(p.may, func(_ *model.InstanceType, o model.Offering) bool { return o.Price > 0 })
	p.overhead = d.overheads(p)
	p.selects = p.may.clone()
	d.table.filter(p.may, func(typ *model.InstanceType, o model.Offering) bool {
		t := d.table.index[typ.Name]
		return p.subnets[o.Zone] != "" && p.templates[t] != nil && p.overhead[t].FitsIn(p.shapes[t].Allocatable)
	})
	if key, found := p.asked.Contradiction(); found && p.skip == "" {
		p.skip = "its requirements on " + key + " contradict each other"
	}
	if p.skip == "" && p.may.empty() {
		p.skip = p.unlaunchable(d)
	}
	if p.skip != "" {
		clear(p.may)
	}
	p.stock = p.may.clone()
	d.table.hide(p.stock, d.now, d.snapshot.Lane.Unavailable)
}

// unlaunchable says why nothing of what the pool selects can be launched.
func (p *pool) unlaunchable(d *decision) string {
	if p.selects.empty() {
		return d.unmatched(p)
	}
	if len(p.subnets) == 0 {
		return "no subnet of node class " + p.class.Name + " has a free address"
	}
	for t, bits := range p.selects {
		if bits != 0 && p.templates[t] != nil && !p.overhead[t].FitsIn(p.shapes[t].Allocatable) {
			return "the daemonsets alone ask for more than a node has"
		}
		if bits != 0 && p.templates[t] != nil {
			return "node class " + p.class.Name + " has no subnet with a free address in a zone that is left"
		}
	}
	for t, bits := range p.selects {
		if bits != 0 && p.groups[t] >= 0 {
			return "the catalog has not made a launch template for it yet"
		}
	}
	return "no image of node class " + p.class.Name + " boots a type that is left"
}
