package emulator_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// shop is an account with a network, an image and a launch template: all that
// a fleet needs.
type shop struct {
	*ec2.Client
	subnets  map[string]string // by zone
	group    string
	template string
}

func openShop(t *testing.T, ctx context.Context, cfg aws.Config) shop {
	t.Helper()
	s := shop{Client: ec2.NewFromConfig(cfg), subnets: map[string]string{}}
	vpc := must[*ec2.CreateVpcOutput](t)(s.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")}))
	for zone, cidr := range map[string]string{"us-east-1a": "10.0.1.0/24", "us-east-1b": "10.0.2.0/24", "us-east-1c": "10.0.3.0/28"} {
		made := must[*ec2.CreateSubnetOutput](t)(s.CreateSubnet(ctx, &ec2.CreateSubnetInput{
			VpcId: vpc.Vpc.VpcId, CidrBlock: &cidr, AvailabilityZone: &zone,
		}))
		s.subnets[zone] = *made.Subnet.SubnetId
	}
	group := must[*ec2.CreateSecurityGroupOutput](t)(s.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("nodes"), Description: aws.String("nodes"), VpcId: vpc.Vpc.VpcId,
	}))
	s.group = *group.GroupId
	s.template = s.makeTemplate(t, ctx, "nodes", &types.RequestLaunchTemplateData{
		ImageId:          aws.String(s.image(t, ctx)),
		SecurityGroupIds: []string{s.group},
		UserData:         aws.String(base64.StdEncoding.EncodeToString([]byte("hello"))),
	})
	return s
}

func (s shop) image(t *testing.T, ctx context.Context) string {
	t.Helper()
	found := must[*ec2.DescribeImagesOutput](t)(s.DescribeImages(ctx, &ec2.DescribeImagesInput{
		Filters: []types.Filter{filter("name", "amazon-eks-node-al2023-x86_64-standard-1.35-v*")},
	}))
	if len(found.Images) == 0 {
		t.Fatal("no images")
	}
	return *found.Images[0].ImageId
}

func (s shop) makeTemplate(t *testing.T, ctx context.Context, name string, data *types.RequestLaunchTemplateData) string {
	t.Helper()
	made := must[*ec2.CreateLaunchTemplateOutput](t)(s.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &name, LaunchTemplateData: data,
	}))
	return *made.LaunchTemplate.LaunchTemplateId
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

// override is one pool of a fleet: a type in a zone's subnet.
func (s shop) override(instanceType, zone string) types.FleetLaunchTemplateOverridesRequest {
	return types.FleetLaunchTemplateOverridesRequest{
		InstanceType: types.InstanceType(instanceType), SubnetId: aws.String(s.subnets[zone]),
	}
}

// fleet is an instant fleet of `count` instances over pools.
func (s shop) fleet(capacityType string, count int32, pools ...types.FleetLaunchTemplateOverridesRequest) *ec2.CreateFleetInput {
	in := &ec2.CreateFleetInput{
		Type: types.FleetTypeInstant,
		TargetCapacitySpecification: &types.TargetCapacitySpecificationRequest{
			TotalTargetCapacity:       &count,
			DefaultTargetCapacityType: types.DefaultTargetCapacityType(capacityType),
		},
		LaunchTemplateConfigs: []types.FleetLaunchTemplateConfigRequest{{
			LaunchTemplateSpecification: &types.FleetLaunchTemplateSpecificationRequest{
				LaunchTemplateId: &s.template, Version: aws.String("$Latest"),
			},
			Overrides: pools,
		}},
	}
	if capacityType == "spot" {
		in.SpotOptions = &types.SpotOptionsRequest{AllocationStrategy: types.SpotAllocationStrategyPriceCapacityOptimized}
	} else {
		in.OnDemandOptions = &types.OnDemandOptionsRequest{AllocationStrategy: types.FleetOnDemandAllocationStrategyLowestPrice}
	}
	return in
}

// launched is the answer in short: "type zone lifecycle xN" a group, and the codes of the errors.
type launched struct {
	groups []string
	ids    []string
	errors []string
}

func (s shop) launch(t *testing.T, ctx context.Context, in *ec2.CreateFleetInput) launched {
	t.Helper()
	out := must[*ec2.CreateFleetOutput](t)(s.CreateFleet(ctx, in))
	var l launched
	for _, i := range out.Instances {
		zone := aws.ToString(i.LaunchTemplateAndOverrides.Overrides.AvailabilityZone)
		l.groups = append(l.groups, string(i.InstanceType)+" "+zone+" "+string(i.Lifecycle)+" x"+string(rune('0'+len(i.InstanceIds))))
		l.ids = append(l.ids, i.InstanceIds...)
	}
	for _, e := range out.Errors {
		o := e.LaunchTemplateAndOverrides.Overrides
		l.errors = append(l.errors, *e.ErrorCode+" "+string(o.InstanceType)+" "+aws.ToString(o.AvailabilityZone)+" "+string(e.Lifecycle))
	}
	return l
}

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

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("got error %v, want code %s", err, code)
	}
}

func (s shop) instances(t *testing.T, ctx context.Context) []types.Instance {
	t.Helper()
	var all []types.Instance
	for p := ec2.NewDescribeInstancesPaginator(s, &ec2.DescribeInstancesInput{}); p.HasMorePages(); {
		for _, r := range must[*ec2.DescribeInstancesOutput](t)(p.NextPage(ctx)).Reservations {
			all = append(all, r.Instances...)
		}
	}
	return all
}

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
