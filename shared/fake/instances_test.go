package fake_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
)

func clock() time.Time { return time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC) }

func create(t *testing.T, f *fake.Instances, r model.FleetRequest) model.FleetAnswer {
	t.Helper()
	body, err := f.Serialize(r)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := f.Create(t.Context(), body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func fleetOf(token string, n int) model.FleetRequest {
	return model.FleetRequest{
		Token: token, Count: n, CapacityType: model.Spot,
		Overrides: []model.FleetOverride{
			{Type: "m7g.large", Zone: "us-east-1a", Subnet: "subnet-0a"},
			{Type: "m7g.large", Zone: "us-east-1b", Subnet: "subnet-0b"},
		},
		Tags: map[string]string{model.TagLaunch: token},
	}
}

func TestInstancesReplayAToken(t *testing.T) {
	f := fake.NewInstances(clock)
	first := create(t, f, fleetOf("l-1", 2))
	if diff := cmp.Diff(first, create(t, f, fleetOf("l-1", 2))); diff != "" {
		t.Errorf("the same request got another answer:\n%s", diff)
	}
	if n := len(f.All()); n != 2 {
		t.Errorf("%d instances after the same request twice, want 2", n)
	}
	body, err := f.Serialize(fleetOf("l-1", 3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Create(t.Context(), body); !model.IsKind(err, model.Invalid) {
		t.Errorf("another request under the same token: %v", err)
	}
}

func TestInstancesRunOutOfStock(t *testing.T) {
	f := fake.NewInstances(clock)
	f.Stock("m7g.large", "us-east-1a", 1, "")
	answer := create(t, f, fleetOf("l-1", 3))
	zones := map[string]int{}
	for _, i := range answer.Instances {
		zones[i.Zone]++
	}
	if diff := cmp.Diff(map[string]int{"us-east-1a": 1, "us-east-1b": 2}, zones); diff != "" {
		t.Errorf("zones (-want +got):\n%s", diff)
	}
	f.Stock("", "", 0, "VcpuLimitExceeded")
	answer = create(t, f, fleetOf("l-2", 1))
	if len(answer.Instances) > 0 || len(answer.Errors) != 2 || answer.Errors[1].Kind != model.QuotaExceeded {
		t.Errorf("beyond the quota: %+v", answer)
	}
}

func TestInstancesAreFoundLater(t *testing.T) {
	f := fake.NewInstances(clock)
	f.Unseen, f.PageSize = 1, 2
	create(t, f, fleetOf("l-1", 3))
	page, err := f.ByLaunch(t.Context(), "l-1", "")
	if err != nil || len(page.Items) > 0 {
		t.Fatalf("found at once: %v, %v", page, err)
	}
	var ids []string
	for next := ""; ; {
		page, err := f.ByLaunch(t.Context(), "l-1", next)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page.Items {
			ids = append(ids, i.ID)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if len(ids) != 3 {
		t.Fatalf("found %v, want 3", ids)
	}
	if err := f.Terminate(t.Context(), append(ids[:1:1], "i-unknown")); !model.IsKind(err, model.NotFound) {
		t.Errorf("terminating one unknown: %v", err)
	}
	if err := f.Terminate(t.Context(), ids[:1]); err != nil {
		t.Fatal(err)
	}
	if page, err := f.ByLaunch(t.Context(), "l-1", ids[0]); err != nil || len(page.Items) != 2 {
		t.Errorf("after the end of one: %v, %v", page, err)
	}
}
