package sched

import (
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// narrow keeps of the selection, in place, the offerings that satisfy the constraints as far as the table decides.
func (t *table) narrow(s selection, constraints require.Constraints) {
	for _, c := range constraints {
		if t.decides(c.Key) {
			t.narrowBy(s, c)
		}
	}
}

func (t *table) narrowBy(s selection, c require.Constraint) {
	if facets, ok := t.facets[c.Key]; ok {
		allowed := make(selection, len(s))
		for _, f := range facets {
			if c.Set.Allows(f.value, !f.absent) {
				for i, bits := range f.bits {
					allowed[i] |= bits
				}
			}
		}
		s.and(allowed)
		return
	}
	column, ok := t.columns[c.Key]
	if !ok && !c.Set.HasAbsent() {
		clear(s)
	}
	if !ok {
		return
	}
	allowed := make([]bool, len(column.values))
	for i, value := range column.values {
		allowed[i] = c.Set.Has(value)
	}
	for i, value := range column.of {
		if value < 0 && !c.Set.HasAbsent() || value >= 0 && !allowed[value] {
			s[i] = 0
		}
	}
}

// filter keeps of the selection, in place, the offerings that keep says yes to.
func (t *table) filter(s selection, keep func(typ *model.InstanceType, o model.Offering) bool) {
	for i := range s {
		for bit, o := range t.types[i].Offerings {
			if s[i]&(1<<bit) != 0 && !keep(&t.types[i], o) {
				s[i] &^= 1 << bit
			}
		}
	}
}

// hide takes out, in place, what the marks hide now.
func (t *table) hide(s selection, now time.Time, marks []model.Unavailable) {
	if len(marks) == 0 {
		return
	}
	t.filter(s, func(typ *model.InstanceType, o model.Offering) bool {
		return !slices.ContainsFunc(marks, func(m model.Unavailable) bool { return m.Hides(now, typ.Name, o) })
	})
}
