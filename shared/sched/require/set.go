// Package require is the algebra of constraints on a node's labels: what Kubernetes' node selectors and Karpenter's
// requirements allow, as sets that can be intersected and asked.
//
// A constraint on a key allows a set of values, and may allow the key to be missing too. Kubernetes lets a missing
// key satisfy NotIn and DoesNotExist and nothing else; with absence as a member of the set, every operator is one
// set, and two constraints hold together exactly when the intersection of their sets is not empty:
//
//	In [a b]        {a, b}
//	NotIn [a]       all values but a, and absence
//	Exists          all values
//	DoesNotExist    absence
//	Gt, Lt          integers beyond a bound; Gte, Lte with it
//
// Everything here is a value: nothing is changed after it is made.
package require

import (
	"math"
	"slices"
	"strconv"

	"github.com/slipway-dev/slipway/shared/model"
)

// Set of what a label may be. The zero Set allows nothing.
type Set struct {
	values  []string // sorted: those allowed or, if open, those that are not
	open    bool     // all values but those
	absent  bool     // the label may be missing
	numeric bool     // only integers from low to high; of an open set
	low     int64
	high    int64
}

// Anything allows every value and absence.
func Anything() Set { return Set{open: true, absent: true} }

// Absent allows only that the label is missing.
func Absent() Set { return Set{absent: true} }

// One allows one value.
func One(value string) Set { return Set{values: []string{value}} }

// SetOf is the set that a requirement allows. What no node can satisfy (an unknown operator, a bound that is no
// integer) allows nothing.
func SetOf(r model.Requirement) Set {
	switch r.Operator {
	case model.In:
		return Set{values: sorted(r.Values)}
	case model.NotIn:
		return Set{values: sorted(r.Values), open: true, absent: true}
	case model.Exists:
		return Set{open: true}
	case model.DoesNotExist:
		return Absent()
	}
	return bounded(r)
}

func sorted(values []string) []string {
	out := slices.Clone(values)
	slices.Sort(out)
	return slices.Compact(out)
}

// bounded is the set of a bound. A label's value begins with a letter or a digit, so no integer below zero is one.
func bounded(r model.Requirement) Set {
	if len(r.Values) != 1 {
		return Set{}
	}
	n, err := strconv.ParseInt(r.Values[0], 10, 64)
	if err != nil {
		return Set{}
	}
	s := Set{open: true, numeric: true, low: 0, high: math.MaxInt64}
	switch {
	case r.Operator == model.Gte:
		s.low = max(0, n)
	case r.Operator == model.Lte:
		s.high = n
	case r.Operator == model.Gt && n < math.MaxInt64:
		s.low = max(0, n+1)
	case r.Operator == model.Lt && n > math.MinInt64:
		s.high = n - 1
	default:
		return Set{}
	}
	if s.high < 0 {
		return Set{}
	}
	return s
}

// And allows what both allow.
func (s Set) And(o Set) Set {
	if !s.open && o.open {
		s, o = o, s
	}
	out := Set{absent: s.absent && o.absent}
	if !o.open {
		for _, v := range o.values {
			if s.Has(v) {
				out.values = append(out.values, v)
			}
		}
		return out
	}
	if s.numeric || o.numeric {
		out.numeric, out.low, out.high = true, max(s.from(), o.from()), min(s.to(), o.to())
		if out.low > out.high {
			return Set{absent: out.absent}
		}
	}
	out.open = true
	out.values = sorted(append(slices.Clone(s.values), o.values...))
	return out
}

func (s Set) from() int64 {
	if s.numeric {
		return s.low
	}
	return 0
}

func (s Set) to() int64 {
	if s.numeric {
		return s.high
	}
	return math.MaxInt64
}

// Has reports whether the label may have the value.
func (s Set) Has(value string) bool {
	_, listed := slices.BinarySearch(s.values, value)
	if listed == s.open {
		return false
	}
	if !s.numeric {
		return true
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && s.low <= n && n <= s.high
}

// HasAbsent reports whether the label may be missing.
func (s Set) HasAbsent() bool { return s.absent }

// Allows reports whether a label may be as it was looked up: the value, or missing.
func (s Set) Allows(value string, present bool) bool {
	if !present {
		return s.absent
	}
	return s.Has(value)
}

// Empty reports whether nothing is allowed, not even absence.
func (s Set) Empty() bool { return !s.absent && !s.open && len(s.values) == 0 }

// Values are the values that are allowed, if they can be listed.
func (s Set) Values() (values []string, listed bool) {
	if s.open {
		return nil, false
	}
	return s.values, true
}

// Pick is one allowed value, always the same: the first in order of a listed set; a number or word that is allowed
// of an open one. ok is false when no value is allowed.
func (s Set) Pick() (value string, ok bool) {
	if !s.open {
		if len(s.values) == 0 {
			return "", false
		}
		return s.values[0], true
	}
	n := s.from()
	for range len(s.values) + 1 {
		if v := strconv.FormatInt(n, 10); s.Has(v) {
			return v, true
		}
		n++
	}
	return "", false
}

// List writes the set as requirements on the key. Anything needs none.
func (s Set) List(key string) []model.Requirement {
	is := func(op model.Operator, values ...string) model.Requirement {
		return model.Requirement{Key: key, Operator: op, Values: values}
	}
	if !s.open {
		if len(s.values) > 0 {
			return []model.Requirement{is(model.In, s.values...)}
		}
		return []model.Requirement{is(model.DoesNotExist)}
	}
	var out []model.Requirement
	if s.numeric && (s.low > 0 || s.high == math.MaxInt64) {
		out = append(out, is(model.Gte, strconv.FormatInt(s.low, 10)))
	}
	if s.numeric && s.high < math.MaxInt64 {
		out = append(out, is(model.Lte, strconv.FormatInt(s.high, 10)))
	}
	if len(s.values) > 0 {
		out = append(out, is(model.NotIn, s.values...))
	}
	if !s.absent && !s.numeric {
		out = append(out, is(model.Exists))
	}
	return out
}
