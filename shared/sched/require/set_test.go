package require

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

// satisfies is Kubernetes' rule for one node selector requirement, written down as it is documented: the oracle.
func satisfies(r model.Requirement, value string, present bool) bool {
	has := false
	for _, v := range r.Values {
		has = has || v == value
	}
	switch r.Operator {
	case model.In:
		return present && has
	case model.NotIn:
		return !present || !has
	case model.Exists:
		return present
	case model.DoesNotExist:
		return !present
	}
	if !present || len(r.Values) != 1 {
		return false
	}
	n, err := strconv.ParseInt(value, 10, 64)
	bound, err2 := strconv.ParseInt(r.Values[0], 10, 64)
	if err != nil || err2 != nil {
		return false
	}
	return map[model.Operator]bool{model.Gt: n > bound, model.Lt: n < bound, model.Gte: n >= bound, model.Lte: n <= bound}[r.Operator]
}

func samples() []string {
	return []string{"", "a", "b", "c", "0", "4", "5", "6", "05", "99999999999999999999"}
}

func requirements() []model.Requirement {
	is := func(op model.Operator, values ...string) model.Requirement {
		return model.Requirement{Key: "k", Operator: op, Values: values}
	}
	return []model.Requirement{
		is(model.In), is(model.In, "a"), is(model.In, "b", "a", "a"), is(model.In, "4", "5", "a"),
		is(model.NotIn), is(model.NotIn, "a"), is(model.NotIn, "5", "b"),
		is(model.Exists), is(model.DoesNotExist),
		is(model.Gt, "4"), is(model.Lt, "5"), is(model.Gte, "5"), is(model.Lte, "5"), is(model.Lte, "-1"),
		is(model.Gt, "x"), is(model.Gt), is(model.Gt, "1", "2"), is("Like", "a"),
		is(model.Gt, strconv.Itoa(math.MaxInt64)), is(model.Lt, strconv.Itoa(math.MinInt64)),
	}
}

func TestSetOfIsKubernetesRule(t *testing.T) {
	for _, r := range requirements() {
		s := SetOf(r)
		if s.Allows("", false) != satisfies(r, "", false) {
			t.Errorf("%s on a missing label: %t", Words(r), s.Allows("", false))
		}
		for _, v := range samples() {
			if s.Allows(v, true) != satisfies(r, v, true) {
				t.Errorf("%s on %q: %t", Words(r), v, s.Allows(v, true))
			}
		}
	}
}

func TestAndIsBoth(t *testing.T) {
	for _, a := range requirements() {
		for _, b := range requirements() {
			checkAnd(t, a, b)
		}
	}
}

// checkAnd compares the intersection with both rules asked one after the other, and what it says of itself with what
// it allows.
func checkAnd(t *testing.T, a, b model.Requirement) {
	t.Helper()
	both := SetOf(a).And(SetOf(b))
	some := both.Allows("", false)
	if some != (satisfies(a, "", false) && satisfies(b, "", false)) {
		t.Errorf("%s and %s on a missing label: %t", Words(a), Words(b), some)
	}
	for _, v := range append(samples(), labelValues(a.Values)...) {
		want := satisfies(a, v, true) && satisfies(b, v, true)
		if both.Allows(v, true) != want {
			t.Errorf("%s and %s on %q: %t", Words(a), Words(b), v, !want)
		}
		some = some || want
	}
	if some && both.Empty() {
		t.Errorf("%s and %s: empty, but something is allowed", Words(a), Words(b))
	}
	if v, ok := both.Pick(); ok && len(labelValues([]string{v})) == 1 && !(satisfies(a, v, true) && satisfies(b, v, true)) {
		t.Errorf("%s and %s: picked %q", Words(a), Words(b), v)
	}
	if values, listed := both.Values(); listed && len(values) == 0 && !both.HasAbsent() && !both.Empty() {
		t.Errorf("%s and %s: nothing is listed, but not empty", Words(a), Words(b))
	}
	checkList(t, both)
}

// labelValues are the words that may be a label's value, as far as it matters here.
func labelValues(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" || w[0] == '-' || w[0] == '+' })
}

// checkList reads the set back from the requirements that it is written as.
func checkList(t *testing.T, s Set) {
	t.Helper()
	if s.Empty() {
		return
	}
	back := Anything()
	for _, r := range s.List("k") {
		back = back.And(SetOf(r))
	}
	for _, v := range samples() {
		if s.Allows(v, true) != back.Allows(v, true) {
			t.Errorf("%v on %q read back: %t", s.List("k"), v, back.Allows(v, true))
		}
	}
	if s.HasAbsent() != back.HasAbsent() {
		t.Errorf("%v on a missing label read back: %t", s.List("k"), back.HasAbsent())
	}
}

func FuzzAnd(f *testing.F) {
	f.Add("In", "a", "b", "NotIn", "a", "c")
	f.Add("Gt", "3", "", "Lte", "5", "")
	f.Add("Gte", "-9223372036854775808", "", "Exists", "", "")
	f.Fuzz(func(t *testing.T, op1, v1, w1, op2, v2, w2 string) {
		read := func(op, v, w string) model.Requirement {
			r := model.Requirement{Key: "k", Operator: model.Operator(op)}
			for _, x := range []string{v, w} {
				if x != "" {
					r.Values = append(r.Values, x)
				}
			}
			return r
		}
		checkAnd(t, read(op1, v1, w1), read(op2, v2, w2))
	})
}

func TestPick(t *testing.T) {
	tests := []struct {
		r    model.Requirement
		want string
	}{
		{model.Requirement{Operator: model.In, Values: []string{"b", "a"}}, "a"},
		{model.Requirement{Operator: model.Exists}, "0"},
		{model.Requirement{Operator: model.Gt, Values: []string{"6"}}, "7"},
		{model.Requirement{Operator: model.Lt, Values: []string{"6"}}, "0"},
		{model.Requirement{Operator: model.Gt, Values: []string{"-6"}}, "0"},
		{model.Requirement{Operator: model.NotIn, Values: []string{"0", "1"}}, "2"},
	}
	for _, test := range tests {
		if got, ok := SetOf(test.r).Pick(); !ok || got != test.want {
			t.Errorf("%s: picked %q %t, want %q", Words(test.r), got, ok, test.want)
		}
	}
	if v, ok := Absent().Pick(); ok {
		t.Errorf("absence has the value %q", v)
	}
}
