package sched

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/pack"
)

// varieties is what the pool's minValues ask of the types that stay open to one launch. Labels that the offering or
// the pool decides have no variety over types and are not counted.
func (d *decision) varieties(p *pool, types []int) []pack.Variety {
	var out []pack.Variety
	for _, c := range p.asked {
		column, ok := d.table.columns[c.Key]
		if c.MinValues == 0 || !ok {
			continue
		}
		v := pack.Variety{Least: c.MinValues}
		for _, t := range types {
			v.Value = append(v.Value, column.of[t])
		}
		out = append(out, v)
	}
	return out
}

// keepVariety cuts sorted offerings to as many as one launch names, but keeps the cheapest of each value that variety
// is asked of.
func (d *decision) keepVariety(p *pool, offers []offering) []offering {
	if len(offers) <= model.MaxOverrides {
		return offers
	}
	var first, rest []offering
	seen := map[string]bool{}
	for _, o := range offers {
		fresh := false
		for _, c := range p.asked {
			column, ok := d.table.columns[c.Key]
			if c.MinValues == 0 || !ok || column.of[o.typ] < 0 {
				continue
			}
			key := c.Key + "=" + column.values[column.of[o.typ]]
			fresh = fresh || !seen[key]
			seen[key] = true
		}
		if fresh {
			first = append(first, o)
		} else {
			rest = append(rest, o)
		}
	}
	kept := append(first, rest...)[:model.MaxOverrides]
	slices.SortFunc(kept, compareOfferings)
	return kept
}
