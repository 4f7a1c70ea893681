package sched

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// shape finds, for each type, what a node of it has and which image boots it, and for each zone the subnet.
func (p *pool) shape(d *decision) {
	types := d.table.types
	p.shapes = make([]model.Shape, len(types))
	p.templates = make([]*model.LaunchTemplate, len(types))
	p.groups = make([]int, len(types))
	images := p.images()
	for i, typ := range types {
		p.shapes[i] = shapeOf(typ, p.class)
		p.groups[i], p.templates[i] = imageFor(typ, images)
	}
	p.subnets = map[string]string{}
	for _, s := range p.class.Subnets {
		if _, taken := p.subnets[s.Zone]; !taken && s.Free > 0 && !d.withoutAddresses(s.ID) {
			p.subnets[s.Zone] = s.ID
		}
	}
}

func (d *decision) withoutAddresses(subnet string) bool {
	return slices.ContainsFunc(d.snapshot.Lane.Unavailable, func(u model.Unavailable) bool {
		return u.Subnet == subnet && d.now.Before(u.Until)
	})
}

// image of a class, and the launch template that the catalog has made for it and the pool, if it has.
type image struct {
	boots    require.Constraints
	template *model.LaunchTemplate
}

func (p *pool) images() []image {
	var out []image
	for _, i := range p.class.Images {
		out = append(out, image{require.All(i.Requirements...), p.class.Template(p.Name, p.Hash, i.ID)})
	}
	return out
}

// imageFor is the number of the first image that boots the type, and its template; -1 when none does.
func imageFor(typ model.InstanceType, images []image) (int, *model.LaunchTemplate) {
	label := func(key string) (string, bool) { v, ok := typ.Labels[key]; return v, ok }
	for i, image := range images {
		if _, ok := image.boots.Admit(label); ok {
			return i, image.template
		}
	}
	return -1, nil
}
