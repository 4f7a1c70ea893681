package require

import (
	"reflect"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func look(labels map[string]string) func(string) (string, bool) {
	return func(key string) (string, bool) { v, ok := labels[key]; return v, ok }
}

func TestAdmit(t *testing.T) {
	c := All(
		model.Requirement{Key: "zone", Operator: model.In, Values: []string{"a", "b"}},
		model.Requirement{Key: "zone", Operator: model.NotIn, Values: []string{"a"}},
		model.Requirement{Key: "cpu", Operator: model.Gt, Values: []string{"4"}},
		model.Requirement{Key: "beta.kubernetes.io/arch", Operator: model.In, Values: []string{"arm64"}},
	)
	tests := []struct {
		labels  map[string]string
		missing string
	}{
		{map[string]string{"zone": "b", "cpu": "8", model.LabelArch: "arm64"}, ""},
		{map[string]string{"zone": "a", "cpu": "8", model.LabelArch: "arm64"}, "zone"},
		{map[string]string{"zone": "b", "cpu": "4", model.LabelArch: "arm64"}, "cpu"},
		{map[string]string{"zone": "b", "cpu": "8"}, model.LabelArch},
	}
	for _, test := range tests {
		if missing, ok := c.Admit(look(test.labels)); missing != test.missing || ok != (test.missing == "") {
			t.Errorf("%v: missing %q %t, want %q", test.labels, missing, ok, test.missing)
		}
	}
}

func TestAndKeepsBothSidesAsTheyWere(t *testing.T) {
	a := All(model.Requirement{Key: "a", Operator: model.In, Values: []string{"1", "2"}, MinValues: 2})
	b := Selector(map[string]string{"a": "1", "b": "x"})
	both := a.And(b)
	want := []model.Requirement{
		{Key: "a", Operator: model.In, Values: []string{"1"}, MinValues: 2},
		{Key: "b", Operator: model.In, Values: []string{"x"}},
	}
	if got := both.List(); !reflect.DeepEqual(got, want) {
		t.Errorf("both = %v, want %v", got, want)
	}
	if s, _ := a.Get("a"); !s.Has("2") {
		t.Error("And changed its receiver")
	}
	if len(b) != 2 || len(a) != 1 {
		t.Errorf("And changed its sides: %v %v", a, b)
	}
}

func TestContradiction(t *testing.T) {
	c := Selector(map[string]string{"a": "1"}).And(Selector(map[string]string{"a": "2"}))
	if key, found := c.Contradiction(); !found || key != "a" {
		t.Errorf("contradiction at %q %t", key, found)
	}
	if key, found := Selector(map[string]string{"a": "1"}).Contradiction(); found {
		t.Errorf("contradiction at %q", key)
	}
	if s, defined := c.Get("other"); defined || !s.Has("x") || !s.HasAbsent() {
		t.Error("a key of which nothing is said may be anything")
	}
}
