package emulator_test

import (
	"context"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
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
