package act

import (
	"fmt"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestRefuses(t *testing.T) {
	offering := model.FleetOverride{Type: "m7g.large", Zone: "a", Subnet: "subnet-a"}
	for name, c := range map[string]struct {
		refusal model.FleetError
		want    bool
	}{
		"that offering":         {model.FleetError{Kind: model.NoCapacity, Type: "m7g.large", Zone: "a", CapacityType: model.Spot}, true},
		"in another zone":       {model.FleetError{Kind: model.NoCapacity, Type: "m7g.large", Zone: "b"}, false},
		"of another type":       {model.FleetError{Kind: model.NoCapacity, Type: "c7g.large", Zone: "a"}, false},
		"under another market":  {model.FleetError{Kind: model.NoCapacity, Type: "m7g.large", Zone: "a", CapacityType: model.OnDemand}, false},
		"of the type anywhere":  {model.FleetError{Kind: model.NoCapacity, Type: "m7g.large"}, true},
		"quota":                 {model.FleetError{Kind: model.QuotaExceeded, CapacityType: model.Spot}, true},
		"quota of all":          {model.FleetError{Kind: model.QuotaExceeded}, true},
		"another's quota":       {model.FleetError{Kind: model.QuotaExceeded, Type: "m7g.large", CapacityType: model.OnDemand}, false},
		"addresses":             {model.FleetError{Kind: model.NoAddresses, Subnet: "subnet-a", Type: "c7g.large"}, true},
		"addresses elsewhere":   {model.FleetError{Kind: model.NoAddresses, Subnet: "subnet-b", Type: "m7g.large", Zone: "a"}, false},
		"addresses in the zone": {model.FleetError{Kind: model.NoAddresses, Zone: "a"}, true},
		"something of the type": {model.FleetError{Kind: model.Invalid, Type: "m7g.large", Zone: "a"}, true},
		"something else":        {model.FleetError{Kind: model.Invalid}, false},
	} {
		if got := refuses([]model.FleetError{c.refusal}, offering, model.Spot); got != c.want {
			t.Errorf("%s: refused %t, want %t", name, got, c.want)
		}
	}
}

func TestAgain(t *testing.T) {
	overrides := []model.FleetOverride{{Type: "m7g.large", Zone: "a"}, {Type: "c7g.large", Zone: "a"}}
	refusal := model.FleetError{Kind: model.NoCapacity, Type: "m7g.large", Zone: "a"}
	r := result{
		launch:   model.Launch{Action: model.LaunchAction{ID: "l-7x1a-a2", Attempt: 2, Overrides: overrides, Claims: make([]model.NodeClaim, 2)}},
		answer:   model.FleetAnswer{Errors: []model.FleetError{refusal}},
		unfilled: []model.NodeClaim{{Name: "b", UID: "u"}},
	}
	next, ok := again(r)
	if got := fmt.Sprintln(next.ID, next.Overrides, len(next.Claims), next.Claims[0].UID); !ok || next.Attempt != 3 || got != "l-7x1a-a3 [{c7g.large a }] 1 u\n" {
		t.Errorf("again %t: %s", ok, got)
	}
	if len(r.launch.Action.Overrides) != 2 || r.launch.Action.Attempt != 2 {
		t.Error("the launch itself was changed")
	}
	for name, spoil := range map[string]func(*result){
		"all have one":    func(r *result) { r.unfilled = nil },
		"nothing refused": func(r *result) { r.answer.Errors = nil },
		"nothing left":    func(r *result) { r.launch.Action.Overrides = overrides[:1] },
	} {
		other := r
		spoil(&other)
		if _, ok := again(other); ok {
			t.Errorf("%s: asks again", name)
		}
	}
}
