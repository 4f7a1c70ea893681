package emulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	bus "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

func (s shop) instance(t *testing.T, ctx context.Context, id string) types.Instance {
	t.Helper()
	out := must[*ec2.DescribeInstancesOutput](t)(s.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}}))
	return out.Reservations[0].Instances[0]
}

// stateIs waits for a state that EC2 reaches by itself.
func (s shop) stateIs(t *testing.T, ctx context.Context, id string, want types.InstanceStateName) {
	t.Helper()
	eventually(t, ctx, id+" "+string(want), func() bool { return s.instance(t, ctx, id).State.Name == want })
}

func TestInstanceLivesAndSaysSo(t *testing.T) {
	ctx, cfg := fresh(t)
	s, p := openShop(t, ctx, cfg), openPost(cfg)
	url, arn := p.makeQueue(t, ctx, "states", nil)
	p.rule(t, ctx, "states", "default", `{"source":["aws.ec2"],"detail-type":["EC2 Instance State-change Notification"]}`,
		bus.RuleStateEnabled, bus.Target{Arn: &arn})
	setDelays(t, ctx, time.Hour, time.Hour)
	slow := s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))).ids[0]
	if state := s.instance(t, ctx, slow).State.Name; state != types.InstanceStateNamePending {
		t.Errorf("a young instance is %s, want pending", state)
	}
	p.receive(t, ctx, url)

	setDelays(t, ctx, 0, 0)
	id := s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))).ids[0]
	s.stateIs(t, ctx, id, types.InstanceStateNameRunning)
	for range 2 { // once more is no error and changes nothing
		must[*ec2.TerminateInstancesOutput](t)(s.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))
		s.stateIs(t, ctx, id, types.InstanceStateNameTerminated)
	}
	if i := s.instance(t, ctx, id); i.PrivateIpAddress != nil || aws.ToString(i.PrivateDnsName) != "" || i.SubnetId != nil {
		t.Errorf("a terminated instance still has %s %s", aws.ToString(i.PrivateIpAddress), aws.ToString(i.PrivateDnsName))
	}
	var states []string
	for _, body := range bodies(p.receive(t, ctx, url)) {
		var e struct {
			Account, Region string
			Resources       []string
			Detail          map[string]string
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		if e.Account != emulator.Account || e.Detail["instance-id"] != id || e.Resources[0] != "arn:aws:ec2:us-east-1:123456789012:instance/"+id {
			t.Errorf("event %s", body)
		}
		states = append(states, e.Detail["state"])
	}
	if diff := cmp.Diff([]string{"pending", "running", "shutting-down", "terminated"}, states); diff != "" {
		t.Errorf("states announced (-want +got)\n%s", diff)
	}
}

func setDelays(t *testing.T, ctx context.Context, run, terminate time.Duration) {
	t.Helper()
	if err := running.SetRunDelay(ctx, run); err != nil {
		t.Fatal(err)
	}
	if err := running.SetTerminateDelay(ctx, terminate); err != nil {
		t.Fatal(err)
	}
}

func TestTerminateAnswersAndRefuses(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	setDelays(t, ctx, 0, time.Hour)
	id := s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))).ids[0]
	s.stateIs(t, ctx, id, types.InstanceStateNameRunning)
	_, err := s.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id, "i-0123456789abcdef0"}})
	wantCode(t, err, "InvalidInstanceID.NotFound")
	if state := s.instance(t, ctx, id).State.Name; state != types.InstanceStateNameRunning {
		t.Errorf("one wrong id, and the other was %s, want running", state)
	}
	out := must[*ec2.TerminateInstancesOutput](t)(s.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))
	change := out.TerminatingInstances[0]
	if change.PreviousState.Name != types.InstanceStateNameRunning || change.CurrentState.Name != types.InstanceStateNameShuttingDown {
		t.Errorf("%s -> %s", change.PreviousState.Name, change.CurrentState.Name)
	}
}

func TestInstanceHasWhatItsTemplateSays(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	profile := makeProfile(t, ctx, iam.NewFromConfig(cfg), "node")
	s.template = s.makeTemplate(t, ctx, "full", &types.RequestLaunchTemplateData{
		ImageId:            aws.String(s.image(t, ctx)),
		UserData:           aws.String(base64.StdEncoding.EncodeToString([]byte("boot me"))),
		IamInstanceProfile: &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: aws.String("node")},
		NetworkInterfaces: []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{
			DeviceIndex: aws.Int32(0), Groups: []string{s.group},
		}},
		MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{
			HttpTokens: types.LaunchTemplateHttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(2),
		},
		BlockDeviceMappings: []types.LaunchTemplateBlockDeviceMappingRequest{{
			DeviceName: aws.String("/dev/xvda"),
			Ebs:        &types.LaunchTemplateEbsBlockDeviceRequest{VolumeSize: aws.Int32(77), VolumeType: types.VolumeTypeGp3},
		}},
		TagSpecifications: []types.LaunchTemplateTagSpecificationRequest{tags("instance", "from", "template")},
	})
	in := s.fleet("spot", 1, s.override("m5.large", "us-east-1b"))
	in.TagSpecifications = []types.TagSpecification{
		{ResourceType: "instance", Tags: []types.Tag{{Key: aws.String("launch"), Value: aws.String("L1")}}},
		{ResourceType: "volume", Tags: []types.Tag{{Key: aws.String("launch"), Value: aws.String("L1")}}},
		{ResourceType: "fleet", Tags: []types.Tag{{Key: aws.String("launch"), Value: aws.String("L1")}}},
	}
	i := s.instance(t, ctx, s.launch(t, ctx, in).ids[0])

	dns := "ip-" + strings.ReplaceAll(*i.PrivateIpAddress, ".", "-") + ".ec2.internal"
	got := map[string]any{
		"dns": *i.PrivateDnsName == dns, "subnet": *i.SubnetId, "zone": *i.Placement.AvailabilityZone,
		"address": regexp.MustCompile(`^10\.0\.2\.\d+$`).MatchString(*i.PrivateIpAddress),
		"group":   *i.SecurityGroups[0].GroupId, "profile": *i.IamInstanceProfile.Arn,
		"tokens": string(i.MetadataOptions.HttpTokens), "hops": *i.MetadataOptions.HttpPutResponseHopLimit,
		"lifecycle": string(i.InstanceLifecycle), "spot request": i.SpotInstanceRequestId != nil,
		"architecture": string(i.Architecture), "root": *i.RootDeviceName, "type": string(i.InstanceType),
		"tags": tagMap(i.Tags), "user data": s.userData(t, ctx, *i.InstanceId),
		"volumes": s.volumes(t, ctx, *i.InstanceId),
	}
	want := map[string]any{
		"dns": true, "subnet": s.subnets["us-east-1b"], "zone": "us-east-1b", "address": true,
		"group": s.group, "profile": profile, "tokens": "required", "hops": int32(2),
		"lifecycle": "spot", "spot request": true, "architecture": "x86_64", "root": "/dev/xvda", "type": "m5.large",
		"tags": map[string]string{
			"from": "template", "launch": "L1", "aws:ec2launchtemplate:id": s.template, "aws:ec2launchtemplate:version": "1", "aws:ec2:fleet-id": "*",
		},
		"user data": "boot me", "volumes": []string{"/dev/xvda 77 gp3 map[launch:L1]"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func makeProfile(t *testing.T, ctx context.Context, c *iam.Client, name string) (arn string) {
	t.Helper()
	made := must[*iam.CreateInstanceProfileOutput](t)(c.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name}))
	return *made.InstanceProfile.Arn
}

func tags(resource, key, value string) types.LaunchTemplateTagSpecificationRequest {
	return types.LaunchTemplateTagSpecificationRequest{
		ResourceType: types.ResourceType(resource), Tags: []types.Tag{{Key: &key, Value: &value}},
	}
}

func tagMap(tags []types.Tag) map[string]string {
	m := map[string]string{}
	for _, tag := range tags {
		m[*tag.Key] = *tag.Value
	}
	if strings.HasPrefix(m["aws:ec2:fleet-id"], "fleet-") {
		m["aws:ec2:fleet-id"] = "*"
	}
	return m
}

func (s shop) userData(t *testing.T, ctx context.Context, id string) string {
	t.Helper()
	out := must[*ec2.DescribeInstanceAttributeOutput](t)(s.DescribeInstanceAttribute(ctx, &ec2.DescribeInstanceAttributeInput{
		InstanceId: &id, Attribute: types.InstanceAttributeNameUserData,
	}))
	data := must[[]byte](t)(base64.StdEncoding.DecodeString(*out.UserData.Value))
	return string(data)
}

func (s shop) volumes(t *testing.T, ctx context.Context, id string) (all []string) {
	t.Helper()
	out := must[*ec2.DescribeVolumesOutput](t)(s.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{
		Filters: []types.Filter{filter("attachment.instance-id", id)},
	}))
	for _, v := range out.Volumes {
		all = append(all, fmt.Sprintf("%s %d %s %v", *v.Attachments[0].Device, *v.Size, v.VolumeType, tagMap(v.Tags)))
	}
	return all
}

func TestAddressesRunOut(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	free := func() int32 {
		out := must[*ec2.DescribeSubnetsOutput](t)(s.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{s.subnets["us-east-1c"]}}))
		return *out.Subnets[0].AvailableIpAddressCount
	}
	if n := free(); n != 11 { // a /28 less the five that AWS keeps
		t.Fatalf("%d addresses free, want 11", n)
	}
	got := s.launch(t, ctx, s.fleet("on-demand", 4, s.override("m5.large", "us-east-1c")))
	if n := free(); n != 7 || len(got.ids) != 4 {
		t.Errorf("%d free after %d launches, want 7 after 4", n, len(got.ids))
	}
	got = s.launch(t, ctx, s.fleet("on-demand", 8, s.override("m5.large", "us-east-1c")))
	if diff := cmp.Diff([]string{"InsufficientFreeAddressesInSubnet m5.large us-east-1c on-demand"}, got.errors); diff != "" || len(got.ids) != 7 {
		t.Errorf("%d launched into 7 addresses (-want +got)\n%s", len(got.ids), diff)
	}
	if err := running.SetFreeAddresses(ctx, emulator.FreeAddresses{SubnetID: s.subnets["us-east-1a"], Free: 0}); err != nil {
		t.Fatal(err)
	}
	if got := s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))); len(got.ids) != 0 {
		t.Errorf("launched into a subnet that was said to be full: %+v", got)
	}
}

func TestAddressesComeBack(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	setDelays(t, ctx, 0, 0)
	for range 3 { // 33 addresses of 11
		got := s.launch(t, ctx, s.fleet("on-demand", 11, s.override("m5.large", "us-east-1c")))
		if len(got.ids) != 11 {
			t.Fatalf("launched %d, want 11: %v", len(got.ids), got.errors)
		}
		must[*ec2.TerminateInstancesOutput](t)(s.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: got.ids}))
		for _, id := range got.ids {
			s.stateIs(t, ctx, id, types.InstanceStateNameTerminated)
		}
	}
}

func TestYoungInstancesMayBeMissing(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	if err := running.SetConsistencyDelay(ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	id := s.launch(t, ctx, s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))).ids[0]
	if n := len(s.instances(t, ctx)); n != 0 {
		t.Errorf("%d instances are seen, want none yet", n)
	}
	_, err := s.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	wantCode(t, err, "InvalidInstanceID.NotFound")
}
