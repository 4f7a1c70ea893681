package emulator_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

func TestFleetChoosesByStrategy(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	priority := func(o types.FleetLaunchTemplateOverridesRequest, p float64) types.FleetLaunchTemplateOverridesRequest {
		o.Priority = &p
		return o
	}
	// m7g.large: on demand 0.0816; spot 0.0434 in a, 0.0258 in b, 0.0418 in c. m5.large on demand: 0.096.
	prioritized := s.fleet("on-demand", 1, priority(s.override("m7g.large", "us-east-1a"), 2), priority(s.override("m5.large", "us-east-1a"), 1))
	prioritized.OnDemandOptions.AllocationStrategy = types.FleetOnDemandAllocationStrategyPrioritized
	byPriority := s.fleet("spot", 1, priority(s.override("m7g.large", "us-east-1a"), 1), priority(s.override("m7g.large", "us-east-1b"), 2))
	byPriority.SpotOptions.AllocationStrategy = types.SpotAllocationStrategyCapacityOptimizedPrioritized
	for _, c := range []struct {
		name string
		in   *ec2.CreateFleetInput
		want string
	}{
		{"lowest price", s.fleet("on-demand", 2, s.override("m5.large", "us-east-1a"), s.override("m7g.large", "us-east-1b")), "m7g.large us-east-1b on-demand x2"},
		{"price-capacity-optimized", s.fleet("spot", 1, s.override("m7g.large", "us-east-1a"), s.override("m7g.large", "us-east-1b")), "m7g.large us-east-1b spot x1"},
		{"prioritized", prioritized, "m5.large us-east-1a on-demand x1"},
		{"capacity-optimized-prioritized", byPriority, "m7g.large us-east-1a spot x1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.launch(t, ctx, c.in)
			if diff := cmp.Diff([]string{c.want}, got.groups); diff != "" || got.errors != nil {
				t.Errorf("(-want +got)\n%s errors: %v", diff, got.errors)
			}
		})
	}
}

func TestFleetRepeatsItsAnswerUnderAToken(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	in := s.fleet("on-demand", 2, s.override("m5.large", "us-east-1a"))
	in.ClientToken = aws.String("launch-1")
	first, second := s.launch(t, ctx, in), s.launch(t, ctx, in)
	if diff := cmp.Diff(first.ids, second.ids); diff != "" {
		t.Errorf("a repeated request launched again (-first +second)\n%s", diff)
	}
	in.TargetCapacitySpecification.TotalTargetCapacity = aws.Int32(3)
	_, err := s.CreateFleet(ctx, in)
	wantCode(t, err, "IdempotentParameterMismatch")
	if n := len(s.instances(t, ctx)); n != 2 {
		t.Errorf("%d instances, want 2", n)
	}
}

func TestFleetsAtOnceUnderOneTokenLaunchOnce(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			in := s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))
			in.ClientToken = aws.String("one")
			if _, err := s.CreateFleet(ctx, in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(s.instances(t, ctx)); n != 1 {
		t.Errorf("%d instances, want 1", n)
	}
}

func TestFleetRefuses(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	got := s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m99.huge", "us-east-1a")))
	if len(got.ids) != 0 || !slices.Equal(got.errors, []string{"InvalidFleetConfiguration m99.huge us-east-1a on-demand"}) {
		t.Errorf("a type that does not exist: %+v", got)
	}
	in := s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))
	in.LaunchTemplateConfigs[0].LaunchTemplateSpecification = &types.FleetLaunchTemplateSpecificationRequest{
		LaunchTemplateName: aws.String("nobody"), Version: aws.String("$Latest"),
	}
	_, err := s.CreateFleet(ctx, in)
	wantCode(t, err, "InvalidLaunchTemplateName.NotFoundException")

	s.template = s.makeTemplate(t, ctx, "no-profile", &types.RequestLaunchTemplateData{
		ImageId:            aws.String(s.image(t, ctx)),
		IamInstanceProfile: &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: aws.String("nobody")},
	})
	got = s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a")))
	if len(got.ids) != 0 || !slices.Equal(got.errors, []string{"InvalidParameterValue m5.large us-east-1a on-demand"}) {
		t.Errorf("a profile that does not exist: %+v", got)
	}
}

func TestFleetTargets(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	mixed := s.fleet("spot", 3, s.override("m7g.large", "us-east-1b"))
	mixed.TargetCapacitySpecification.OnDemandTargetCapacity = aws.Int32(1)
	if got := s.launch(t, ctx, mixed); !slices.Equal(got.groups, []string{"m7g.large us-east-1b on-demand x1", "m7g.large us-east-1b spot x2"}) {
		t.Errorf("one on demand, the rest spot: %+v", got)
	}
	weighted := s.fleet("on-demand", 5, s.override("m5.large", "us-east-1a"))
	weighted.LaunchTemplateConfigs[0].Overrides[0].WeightedCapacity = aws.Float64(2)
	if got := s.launch(t, ctx, weighted); len(got.ids) != 3 {
		t.Errorf("5 units by 2: %+v", got)
	}
	if err := running.SetICE(ctx, emulator.Pool{Type: "m5.large", Remaining: 1}); err != nil {
		t.Fatal(err)
	}
	allOrNone := s.fleet("on-demand", 2, s.override("m5.large", "us-east-1a"))
	allOrNone.OnDemandOptions.MinTargetCapacity = aws.Int32(2)
	allOrNone.OnDemandOptions.SingleInstanceType = aws.Bool(true)
	if got := s.launch(t, ctx, allOrNone); len(got.ids) != 0 || len(got.errors) != 1 {
		t.Errorf("a minimum that cannot be met: %+v", got)
	}
}
