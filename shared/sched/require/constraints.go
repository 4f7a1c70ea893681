package require

import (
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// Constraint on one label. MinValues is Karpenter's: so many values of the key must stay open to the launch.
type Constraint struct {
	Key       string
	Set       Set
	MinValues int
}

// Constraints that hold together: one a key, sorted by key. Keys that are not there may be anything.
type Constraints []Constraint

// All makes the constraints of requirements that hold together. Old names of labels count as today's.
func All(requirements ...model.Requirement) Constraints {
	var out Constraints
	for _, r := range requirements {
		out = out.with(Constraint{Key: Name(r.Key), Set: SetOf(r), MinValues: r.MinValues})
	}
	return out
}

// Selector makes the constraints of a node selector.
func Selector(labels map[string]string) Constraints {
	var out Constraints
	for k, v := range labels { // any order: the result is sorted, and And does not care
		out = out.with(Constraint{Key: Name(k), Set: One(v)})
	}
	return out
}

// with adds a constraint in place.
func (c Constraints) with(x Constraint) Constraints {
	i, found := c.find(x.Key)
	if !found {
		return slices.Insert(c, i, x)
	}
	c[i].Set = c[i].Set.And(x.Set)
	c[i].MinValues = max(c[i].MinValues, x.MinValues)
	return c
}

func (c Constraints) find(key string) (int, bool) {
	return slices.BinarySearchFunc(c, key, func(x Constraint, k string) int { return strings.Compare(x.Key, k) })
}

// And is both together.
func (c Constraints) And(o Constraints) Constraints {
	if len(o) == 0 {
		return c
	}
	if len(c) == 0 {
		return o
	}
	out := slices.Clone(c)
	for _, x := range o {
		out = out.with(x)
	}
	return out
}

// Get is what is allowed for the key; defined is false when nothing is said of it.
func (c Constraints) Get(key string) (s Set, defined bool) {
	i, found := c.find(key)
	if !found {
		return Anything(), false
	}
	return c[i].Set, true
}

// Contradiction names the first key for which nothing is allowed.
func (c Constraints) Contradiction() (key string, found bool) {
	for _, x := range c {
		if x.Set.Empty() {
			return x.Key, true
		}
	}
	return "", false
}

// Admit reports whether a node whose labels the function looks up satisfies all constraints, and if not, the key that
// it misses.
func (c Constraints) Admit(label func(key string) (value string, present bool)) (missing string, ok bool) {
	for _, x := range c {
		if !x.Set.Allows(label(x.Key)) {
			return x.Key, false
		}
	}
	return "", true
}

// List writes the constraints as requirements, sorted by key.
func (c Constraints) List() []model.Requirement {
	var out []model.Requirement
	for _, x := range c {
		list := x.Set.List(x.Key)
		if len(list) > 0 {
			list[0].MinValues = x.MinValues
		}
		out = append(out, list...)
	}
	return out
}
