package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

func TestCallsAreLogged(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	before := must[[]emulator.Call](t)(running.Calls(ctx, 0))
	last := before[len(before)-1].Number
	in := s.fleet("spot", 2, s.override("m5.large", "us-east-1a"))
	in.ClientToken = aws.String("token")
	s.launch(t, ctx, in)
	cfg.AppID = "shop"
	_, _ = eks.NewFromConfig(cfg).DescribeCluster(ctx, &eks.DescribeClusterInput{Name: aws.String("nobody")})

	calls := must[[]emulator.Call](t)(running.Calls(ctx, last))
	if len(calls) != 2 {
		t.Fatalf("%d calls, want 2: %+v", len(calls), calls)
	}
	f, d := calls[0], calls[1]
	if f.Service != "ec2" || f.Action != "CreateFleet" || f.Status != 200 || f.Took() <= 0 || f.Received().IsZero() ||
		f.Parameters["clientToken"] != "token" || f.Parameters["capacity"] != "2" || f.Parameters["capacityType"] != "spot" {
		t.Errorf("first call %+v", f)
	}
	if d.Service != "eks" || d.Action != "DescribeCluster" || d.Status != 404 || d.Caller != "shop" || f.Caller != "" {
		t.Errorf("second call %+v", d)
	}
}

func TestControlRefusesWhatItDoesNotKnow(t *testing.T) {
	ctx, _ := fresh(t)
	for name, err := range map[string]error{
		"an unknown type":   running.SetICE(ctx, emulator.Pool{Type: "m99.huge"}),
		"an unknown zone":   running.SetICE(ctx, emulator.Pool{Zone: "us-east-1z"}),
		"an unknown market": running.SetICE(ctx, emulator.Pool{CapacityType: "free"}),
		"an unknown fault":  running.Arm(ctx, emulator.Fault{Kind: "flood"}),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestResetEmptiesTheAccount(t *testing.T) {
	ctx, cfg := fresh(t)
	openShop(t, ctx, cfg)
	if err := running.SetICE(ctx, emulator.Pool{}); err != nil {
		t.Fatal(err)
	}
	if err := running.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	s := openShop(t, ctx, cfg)
	if got := s.launch(t, ctx, s.fleet("spot", 1, s.override("m5.large", "us-east-1a"))); len(got.ids) != 1 {
		t.Errorf("the empty stock outlived a reset: %+v", got)
	}
	if n := len(s.instances(t, ctx)); n != 1 {
		t.Errorf("%d instances, want the one after the reset", n)
	}
}
