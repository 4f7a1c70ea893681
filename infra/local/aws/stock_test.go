package emulator_test

import (
	"slices"
	"testing"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

func TestFleetOutOfStock(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	spot := func(remainingInB int) {
		t.Helper()
		err := running.SetICE(ctx, emulator.Pool{Type: "m7g.large", Zone: "us-east-1b", CapacityType: "spot", Remaining: remainingInB})
		if err != nil {
			t.Fatal(err)
		}
	}
	ask := func() launched {
		return s.launch(t, ctx, s.fleet("spot", 3, s.override("m7g.large", "us-east-1a"), s.override("m7g.large", "us-east-1b")))
	}
	const ice = "InsufficientInstanceCapacity m7g.large us-east-1b spot"

	spot(0)
	if got := ask(); !slices.Equal(got.groups, []string{"m7g.large us-east-1a spot x3"}) || !slices.Equal(got.errors, []string{ice}) {
		t.Errorf("none left in b: %+v", got)
	}
	spot(2)
	if got := ask(); !slices.Equal(got.groups, []string{"m7g.large us-east-1b spot x2", "m7g.large us-east-1a spot x1"}) || !slices.Equal(got.errors, []string{ice}) {
		t.Errorf("two left in b: %+v", got)
	}
	if got := ask(); !slices.Equal(got.groups, []string{"m7g.large us-east-1a spot x3"}) {
		t.Errorf("the two are gone: %+v", got)
	}
	if err := running.SetICE(ctx, emulator.Pool{}); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got.groups != nil || len(got.errors) != 2 {
		t.Errorf("nothing left anywhere: %+v", got)
	}
}

func TestFleetQuotas(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	err := running.SetQuota(ctx, emulator.Quota{CapacityType: "on-demand", VCPUs: 5}, emulator.Quota{CapacityType: "spot", VCPUs: 0})
	if err != nil {
		t.Fatal(err)
	}
	got := s.launch(t, ctx, s.fleet("on-demand", 3, s.override("m5.large", "us-east-1a"))) // 2 vCPUs each
	if len(got.ids) != 2 || !slices.Equal(got.errors, []string{"VcpuLimitExceeded m5.large us-east-1a on-demand"}) {
		t.Errorf("5 vCPUs: %+v", got)
	}
	got = s.launch(t, ctx, s.fleet("spot", 1, s.override("m5.large", "us-east-1a")))
	if len(got.ids) != 0 || !slices.Equal(got.errors, []string{"MaxSpotInstanceCountExceeded m5.large us-east-1a spot"}) {
		t.Errorf("no spot vCPUs: %+v", got)
	}
	got = s.launch(t, ctx, s.fleet("on-demand", 1, s.override("g5.xlarge", "us-east-1a")))
	if len(got.ids) != 1 {
		t.Errorf("the quota of another bucket binds: %+v", got)
	}
}
