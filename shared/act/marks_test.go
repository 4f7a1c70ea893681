package act

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestMarks(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	a := &Applier{Now: func() time.Time { return now }}
	a.Cluster.Settings.NoCapacityFor = time.Minute
	got := a.marks([]model.FleetError{
		{Kind: model.NoAddresses, Code: "Addresses", Type: "m7g.large", Zone: "a", Subnet: "subnet-a", CapacityType: model.Spot},
		{Kind: model.QuotaExceeded, Code: "Quota", Type: "m7g.large", Zone: "a", CapacityType: model.Spot},
		{Kind: model.NoCapacity, Code: "Capacity", Type: "m7g.large", Zone: "a", Subnet: "subnet-a", CapacityType: model.Spot},
		{Kind: model.NoCapacity, Code: "Capacity", Type: "m7g.large", Zone: "a", Subnet: "subnet-b", CapacityType: model.Spot}, // the same
		{Kind: model.Invalid, Code: "Invalid", Type: "m7g.large", Zone: "a"},
		{Kind: model.NoAnswer, Code: "Novel", Type: "m7g.large", Zone: "a"},
		{Kind: model.NoCapacity, Code: "Capacity", CapacityType: model.Spot}, // of what? would hide everything
		{Kind: model.NoAddresses, Code: "Addresses"},
	})
	want := []model.Unavailable{
		{Type: "m7g.large", Zone: "a", CapacityType: model.Spot, Until: now.Add(time.Minute), Reason: "Capacity"},
		{Subnet: "subnet-a", Zone: "a", Until: now.Add(2 * time.Minute), Reason: "Addresses"},
		{CapacityType: model.Spot, Until: now.Add(5 * time.Minute), Reason: "Quota"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
}
