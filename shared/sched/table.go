package sched

import (
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// maxOfferings of one type that are considered: a selection holds the offerings of a type in one word. Twenty zones
// under three capacity types fit.
const maxOfferings = 64

// table is the catalog arranged for asking: which offerings satisfy these constraints? A constraint is asked once for
// each distinct value of its label, not for each type.
type table struct {
	types   []model.InstanceType
	index   map[string]int    // type name -> position
	columns map[string]column // labels that the type decides
	facets  map[string][]facet
	all     selection
	prices  [][]int64 // by type, of its offerings
	zoneIDs map[string]string
}

// column is one label over all types.
type column struct {
	values   []string
	position map[string]int32 // of a value in values
	of       []int32          // by type: position of its value; -1 when the type has no such label
}

// facet is one value of a label that the offering decides.
type facet struct {
	value  string
	absent bool
	bits   selection
}

func newTable(catalog *model.Catalog) *table {
	t := &table{index: map[string]int{}, columns: map[string]column{}, facets: map[string][]facet{}}
	if catalog == nil {
		return t
	}
	t.types = slices.Clone(catalog.Types)
	slices.SortFunc(t.types, func(a, b model.InstanceType) int { return strings.Compare(a.Name, b.Name) })
	t.all = make(selection, len(t.types))
	t.prices = make([][]int64, len(t.types))
	for i := range t.types {
		typ := &t.types[i]
		typ.Offerings = typ.Offerings[:min(len(typ.Offerings), maxOfferings)]
		t.index[typ.Name] = i
		t.all[i] = 1<<len(typ.Offerings) - 1
		for _, o := range typ.Offerings {
			t.prices[i] = append(t.prices[i], o.Price)
		}
		for key, value := range typ.Labels {
			t.enter(key, value, i)
		}
		t.enter(model.LabelInstanceType, typ.Name, i)
	}
	t.zoneIDs = zoneIDs(catalog)
	t.divide(model.LabelZone, func(o model.Offering) (string, bool) { return o.Zone, true })
	t.divide(model.LabelCapacityType, func(o model.Offering) (string, bool) { return o.CapacityType, true })
	t.divide(model.LabelZoneID, func(o model.Offering) (string, bool) { id, ok := t.zoneIDs[o.Zone]; return id, ok })
	return t
}

func (t *table) enter(key, value string, typ int) {
	c, ok := t.columns[key]
	if !ok {
		c.position = map[string]int32{}
		c.of = make([]int32, len(t.types))
		for i := range c.of {
			c.of[i] = -1
		}
	}
	i, known := c.position[value]
	if !known {
		i = int32(len(c.values))
		c.position[value] = i
		c.values = append(c.values, value)
	}
	c.of[typ] = i
	t.columns[key] = c
}

// divide makes the facets of a label that the offering decides.
func (t *table) divide(key string, value func(model.Offering) (string, bool)) {
	var out []facet
	for i, typ := range t.types {
		for bit, o := range typ.Offerings {
			v, present := value(o)
			f := slices.IndexFunc(out, func(f facet) bool { return f.value == v && f.absent == !present })
			if f < 0 {
				f = len(out)
				out = append(out, facet{value: v, absent: !present, bits: make(selection, len(t.types))})
			}
			out[f].bits[i] |= 1 << bit
		}
	}
	t.facets[key] = out
}

func zoneIDs(catalog *model.Catalog) map[string]string {
	ids := map[string]string{}
	for _, class := range catalog.Classes {
		for _, s := range class.Subnets {
			if s.ZoneID != "" {
				ids[s.Zone] = s.ZoneID
			}
		}
	}
	return ids
}

// decides reports whether types and offerings alone decide what the label is. Of such a label a pool can only select,
// where of any other it can say what its nodes get.
func (t *table) decides(key string) bool {
	switch key {
	case model.LabelNodeClass:
		return false
	case model.LabelInstanceType, model.LabelArch, model.LabelOS, model.LabelZone, model.LabelZoneID, model.LabelCapacityType:
		return true
	}
	_, ok := t.columns[key]
	return ok || strings.HasPrefix(key, "karpenter.k8s.aws/")
}

// offering finds the offering of a type in a zone under a capacity type.
func (t *table) offering(typ, zone, capacityType string) (model.Offering, bool) {
	i, ok := t.index[typ]
	if !ok {
		return model.Offering{}, false
	}
	for _, o := range t.types[i].Offerings {
		if o.Zone == zone && o.CapacityType == capacityType {
			return o, true
		}
	}
	return model.Offering{}, false
}

// cheapest is the lowest price in the selection; ok is false when it is empty.
func (t *table) cheapest(s selection) (price int64, ok bool) {
	for i, bits := range s {
		for bit, o := range t.types[i].Offerings {
			if bits&(1<<bit) != 0 && (!ok || o.Price < price) {
				price, ok = o.Price, true
			}
		}
	}
	return price, ok
}
