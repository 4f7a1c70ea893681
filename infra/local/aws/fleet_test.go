package emulator_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"sync"
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

func TestLostAnswer(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.Lost, emulator.Answer500} {
		t.Run(string(kind), func(t *testing.T) {
			ctx, cfg := fresh(t)
			s := openShop(t, ctx, cfg)
			if err := running.Arm(ctx, emulator.Fault{Service: "ec2", Action: "CreateFleet", Kind: kind}); err != nil {
				t.Fatal(err)
			}
			in := s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))
			in.ClientToken = aws.String("t")
			if _, err := s.CreateFleet(ctx, in, func(o *ec2.Options) { o.RetryMaxAttempts = 1 }); err == nil {
				t.Error("an answer came, want none")
			}
			if n := len(s.instances(t, ctx)); n != 1 {
				t.Fatalf("%d instances, want the one of the lost answer", n)
			}
			if got := s.launch(t, ctx, in); len(got.ids) != 1 || len(s.instances(t, ctx)) != 1 {
				t.Errorf("asked again with the same token: %+v", got)
			}
		})
	}
}

func TestRefusedOnRequest(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	if err := running.Arm(ctx, emulator.Fault{Service: "ec2", Action: "CreateFleet", Kind: emulator.Refused}); err != nil {
		t.Fatal(err)
	}
	in := s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))
	_, err := s.CreateFleet(ctx, in, func(o *ec2.Options) { o.RetryMaxAttempts = 1 })
	wantCode(t, err, "RequestLimitExceeded")
	if n := len(s.instances(t, ctx)); n != 0 {
		t.Errorf("%d instances of a refused call", n)
	}
}
