package contract

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/aws/images"
	awsnetwork "github.com/slipway-dev/slipway/shared/aws/network"
	"github.com/slipway-dev/slipway/shared/aws/offerings"
	"github.com/slipway-dev/slipway/shared/aws/prices"
	"github.com/slipway-dev/slipway/shared/aws/profiles"
	"github.com/slipway-dev/slipway/shared/aws/templates"
	"github.com/slipway-dev/slipway/shared/model"
)

func everyPage[T any](t *testing.T, list func(ctx context.Context, page string) (model.Page[T], error)) (items []T, pages int) {
	t.Helper()
	for page := ""; ; {
		p, err := list(t.Context(), page)
		ok(t, err)
		items, pages = append(items, p.Items...), pages+1
		if page = p.Next; page == "" {
			return items, pages
		}
	}
}

func TestSubnetsAndSecurityGroups(t *testing.T) {
	_, cfg := startAWS(t)
	client := ec2.NewFromConfig(cfg)
	vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")})
	ok(t, err)
	tag := []types.Tag{{Key: aws.String("contract"), Value: aws.String("network")}}
	made := map[string]string{}
	for zone, cidr := range map[string]string{"us-east-1a": "10.9.1.0/24", "us-east-1b": "10.9.2.0/26"} {
		subnet, err := client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
			VpcId: vpc.Vpc.VpcId, CidrBlock: &cidr, AvailabilityZone: &zone,
			TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSubnet, Tags: tag}},
		})
		ok(t, err)
		made[zone] = *subnet.Subnet.SubnetId
	}
	group, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		VpcId: vpc.Vpc.VpcId, GroupName: aws.String("contract-nodes"), Description: aws.String("of nodes"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroup, Tags: tag}},
	})
	ok(t, err)

	n := awsnetwork.New(cfg)
	for name, test := range map[string]struct {
		selector model.Selector
		zones    []string
	}{
		"tag":                    {model.Selector{Tags: map[string]string{"contract": "network"}}, []string{"us-east-1a", "us-east-1b"}},
		"tag of any value":       {model.Selector{Tags: map[string]string{"contract": "*"}}, []string{"us-east-1a", "us-east-1b"}},
		"tag of another value":   {model.Selector{Tags: map[string]string{"contract": "else"}}, nil},
		"id":                     {model.Selector{ID: made["us-east-1b"]}, []string{"us-east-1b"}},
		"id, but not the tag":    {model.Selector{ID: made["us-east-1b"], Tags: map[string]string{"no": "*"}}, nil},
		"id that does not exist": {model.Selector{ID: "subnet-00000000"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			subnets, _ := everyPage(t, func(ctx context.Context, page string) (model.Page[model.Subnet], error) {
				return n.Subnets(ctx, test.selector, page)
			})
			var zones []string
			for _, s := range subnets {
				zones = append(zones, s.Zone)
				if s.ID != made[s.Zone] || s.ZoneID == "" || s.Free < 50 {
					t.Errorf("subnet %+v", s)
				}
			}
			slices.Sort(zones)
			if diff := cmp.Diff(test.zones, zones); diff != "" {
				t.Errorf("zones (-want +got):\n%s", diff)
			}
		})
	}
	for _, selector := range []model.Selector{
		{Name: "contract-nodes"}, {ID: *group.GroupId}, {Tags: map[string]string{"contract": "network"}},
	} {
		groups, _ := everyPage(t, func(ctx context.Context, page string) (model.Page[model.SecurityGroup], error) {
			return n.SecurityGroups(ctx, selector, page)
		})
		if diff := cmp.Diff([]model.SecurityGroup{{ID: *group.GroupId, Name: "contract-nodes"}}, groups); diff != "" {
			t.Errorf("groups of %+v (-want +got):\n%s", selector, diff)
		}
	}
}

func TestImages(t *testing.T) {
	_, cfg := startAWS(t)
	i := images.New(cfg)
	const path = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended/image_id"
	values, err := i.Parameters(t.Context(), []string{path, "/aws/service/eks/no/such"})
	ok(t, err)
	if len(values) != 1 || !strings.HasPrefix(values[path], "ami-") {
		t.Fatalf("parameters %v, want the one that exists", values)
	}
	byID, _ := everyPage(t, func(ctx context.Context, page string) (model.Page[model.MachineImage], error) {
		return i.ByID(ctx, []string{values[path]}, page)
	})
	if len(byID) != 1 || byID[0].Arch != "arm64" || byID[0].CreatedAt.IsZero() || byID[0].Name == "" {
		t.Fatalf("image %+v", byID)
	}
	bySelector, _ := everyPage(t, func(ctx context.Context, page string) (model.Page[model.MachineImage], error) {
		return i.BySelector(ctx, model.Selector{Name: byID[0].Name, Owner: "amazon"}, page)
	})
	if diff := cmp.Diff(byID, bySelector); diff != "" {
		t.Errorf("by name (-by id +by name):\n%s", diff)
	}
}

func TestOfferingsAndPrices(t *testing.T) {
	_, cfg := startAWS(t)
	o, p := offerings.New(cfg), prices.New(cfg)
	machines, pages := everyPage(t, o.Machines)
	if pages < 5 {
		t.Errorf("%d pages of types: paging is not exercised", pages)
	}
	known := map[string]model.Machine{}
	for _, m := range machines {
		known[m.Type] = m
		if m.Arch == "" || m.VCPUs == 0 || m.MemoryMiB == 0 {
			t.Errorf("machine %+v", m)
		}
	}
	m5 := known["m5.large"]
	if m5.VCPUs != 2 || m5.MemoryMiB != 8192 || m5.Interfaces != 3 || m5.AddressesPerNIC != 10 || !m5.Spot || !m5.OnDemand {
		t.Errorf("m5.large is %+v", m5)
	}
	zones, _ := everyPage(t, o.Zones)
	onDemand, _ := everyPage(t, p.OnDemand)
	spot, _ := everyPage(t, func(ctx context.Context, page string) (model.Page[model.Price], error) {
		return p.Spot(ctx, time.Now(), page)
	})
	priced := map[string]int64{}
	for _, x := range onDemand {
		if priced[x.Type] != 0 || x.Zone != "" {
			t.Errorf("price %+v, want one a type", x)
		}
		priced[x.Type] = x.Price
	}
	if priced["m5.large"] != 96_000 {
		t.Errorf("m5.large costs %d microdollars, want 96000", priced["m5.large"])
	}
	if priced["m5.metal"] == 0 {
		t.Error("bare metal has no price")
	}
	offered := map[string]int{}
	for _, z := range zones {
		offered[z.Type]++
	}
	cheap := map[string]int64{}
	for _, x := range spot {
		cheap[x.Type+" "+x.Zone] = x.Price
	}
	if offered["m5.large"] == 0 || cheap["m5.large us-east-1a"] == 0 || cheap["m5.large us-east-1a"] >= 96_000 {
		t.Errorf("m5.large is in %d zones, spot at %d", offered["m5.large"], cheap["m5.large us-east-1a"])
	}
}

func TestTemplates(t *testing.T) {
	_, cfg := startAWS(t)
	encrypted, public := true, false
	spec := model.TemplateSpec{
		Name: "slipway-contract", ImageID: "ami-0", Profile: "profile", UserData: "hello",
		SecurityGroups: []string{"sg-1"},
		Devices:        []model.BlockDevice{{Name: "/dev/xvda", Size: 20<<30 + 1, Type: "gp3", Encrypted: &encrypted}},
		Metadata:       model.MetadataOptions{Endpoint: "enabled", IPv6: "disabled", HopLimit: 1, Tokens: "required"},
		PublicIP:       &public,
		Tags:           map[string]string{"a": "b"},
	}
	made := templates.New(cfg)
	ref, err := made.Create(t.Context(), spec)
	ok(t, err)
	if _, err := made.Create(t.Context(), spec); !model.IsKind(err, model.AlreadyExists) {
		t.Errorf("made again: %v, want already exists", err)
	}
	found, err := made.ByName(t.Context(), spec.Name)
	ok(t, err)
	if found != ref || ref.ID == "" || ref.Version != "1" {
		t.Errorf("made %+v, found %+v", ref, found)
	}
	if _, err := made.ByName(t.Context(), "slipway-none"); !model.IsKind(err, model.NotFound) {
		t.Errorf("no such template: %v, want not found", err)
	}
	out, err := ec2.NewFromConfig(cfg).DescribeLaunchTemplateVersions(t.Context(), &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateId: &ref.ID})
	ok(t, err)
	data := out.LaunchTemplateVersions[0].LaunchTemplateData
	if aws.ToString(data.UserData) != "aGVsbG8=" || aws.ToString(data.IamInstanceProfile.Name) != "profile" ||
		data.MetadataOptions.HttpTokens != "required" || aws.ToInt32(data.BlockDeviceMappings[0].Ebs.VolumeSize) != 21 ||
		data.NetworkInterfaces[0].Groups[0] != "sg-1" || aws.ToBool(data.NetworkInterfaces[0].AssociatePublicIpAddress) {
		t.Errorf("template holds %+v", data)
	}
}

func TestProfiles(t *testing.T) {
	_, cfg := startAWS(t)
	_, err := iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("contract-node"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
	})
	ok(t, err)
	p := profiles.New(cfg)
	if _, err := p.Role(t.Context(), "contract"); !model.IsKind(err, model.NotFound) {
		t.Errorf("no profile: %v, want not found", err)
	}
	ok(t, p.Create(t.Context(), "contract", "/slipway/x/", map[string]string{"a": "b"}))
	if err := p.Create(t.Context(), "contract", "/slipway/x/", nil); !model.IsKind(err, model.AlreadyExists) {
		t.Errorf("made again: %v, want already exists", err)
	}
	if role, err := p.Role(t.Context(), "contract"); err != nil || role != "" {
		t.Errorf("role %q, error %v, want none yet", role, err)
	}
	if err := p.AddRole(t.Context(), "contract", "nobody"); !model.IsKind(err, model.NotFound) {
		t.Errorf("no such role: %v, want not found", err)
	}
	ok(t, p.AddRole(t.Context(), "contract", "contract-node"))
	if role, err := p.Role(t.Context(), "contract"); err != nil || role != "contract-node" {
		t.Errorf("role %q, error %v", role, err)
	}
}
