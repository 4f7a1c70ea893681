package contract

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/shared/aws/instances"
	"github.com/slipway-dev/slipway/shared/model"
)

// network is what a fleet needs to be there before it.
type network struct {
	subnets  map[string]string // by zone
	template model.LaunchTemplate
}

func makeNetwork(t *testing.T, cfg aws.Config, name string) network {
	t.Helper()
	client := ec2.NewFromConfig(cfg)
	vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	ok(t, err)
	n := network{subnets: map[string]string{}}
	for zone, cidr := range map[string]string{"us-east-1a": "10.0.1.0/24", "us-east-1b": "10.0.2.0/24"} {
		subnet, err := client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: &cidr, AvailabilityZone: &zone})
		ok(t, err)
		n.subnets[zone] = *subnet.Subnet.SubnetId
	}
	images, err := client.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Filters: []types.Filter{{
		Name: aws.String("name"), Values: []string{"amazon-eks-node-al2023-arm64-standard-1.35-v*"},
	}}})
	ok(t, err)
	if len(images.Images) == 0 {
		t.Fatal("the emulator has no images")
	}
	n.template.ImageID = *images.Images[0].ImageId
	template, err := client.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &name, LaunchTemplateData: &types.RequestLaunchTemplateData{ImageId: &n.template.ImageID},
	})
	ok(t, err)
	n.template.ID, n.template.Version = *template.LaunchTemplate.LaunchTemplateId, "1"
	return n
}

func (n network) fleet(launch string, count int, offerings ...[2]string) model.FleetRequest {
	r := model.FleetRequest{
		Token: launch, Count: count, CapacityType: model.Spot, Template: n.template,
		Tags: map[string]string{model.TagLaunch: launch, model.TagCluster: "key." + launch},
	}
	for _, o := range offerings {
		r.Overrides = append(r.Overrides, model.FleetOverride{Type: o[0], Zone: o[1], Subnet: n.subnets[o[1]]})
	}
	return r
}

func create(t *testing.T, i *instances.Instances, r model.FleetRequest) model.FleetAnswer {
	t.Helper()
	request, err := i.Serialize(r)
	ok(t, err)
	answer, err := i.Create(t.Context(), request)
	ok(t, err)
	return answer
}

// ids of the launch's instances by its tag, which is what a lost answer leaves.
func ids(t *testing.T, i *instances.Instances, launch string) []string {
	t.Helper()
	var found []string
	for page := ""; ; {
		p, err := i.ByLaunch(t.Context(), launch, page)
		ok(t, err)
		for _, instance := range p.Items {
			found = append(found, instance.ID)
		}
		if page = p.Next; page == "" {
			return found
		}
	}
}

func TestInstances(t *testing.T) {
	_, cfg := startAWS(t)
	i, n := instances.New(cfg), makeNetwork(t, cfg, "instances")
	r := n.fleet("l-life", 2, [2]string{"m7g.large", "us-east-1a"})
	answer := create(t, i, r)
	if len(answer.Instances) != 2 || len(answer.Errors) != 0 || answer.FleetID == "" {
		t.Fatalf("answer %+v", answer)
	}
	if diff := cmp.Diff(answer, create(t, i, r)); diff != "" {
		t.Errorf("the same request again got another answer:\n%s", diff)
	}
	first := answer.Instances[0].ID
	ok(t, i.Tag(t.Context(), first, map[string]string{model.TagClaim: "general-1"}))

	found, err := i.ByID(t.Context(), []string{first, "i-00000000000000000"})
	ok(t, err)
	if len(found) != 1 {
		t.Fatalf("found %v, want the one that exists", found)
	}
	got := found[0]
	if got.Type != "m7g.large" || got.Zone != "us-east-1a" || got.CapacityType != model.Spot || got.ImageID != n.template.ImageID || got.PrivateDNS == "" || got.LaunchedAt.IsZero() {
		t.Errorf("instance %+v", got)
	}
	if got.Tags[model.TagClaim] != "general-1" || got.Tags[model.TagLaunch] != "l-life" {
		t.Errorf("tags %v", got.Tags)
	}
	page, err := i.ByCluster(t.Context(), "key.l-life", "")
	ok(t, err)
	if len(page.Items) != 2 {
		t.Errorf("the cluster has %d instances, want 2", len(page.Items))
	}

	ok(t, i.Terminate(t.Context(), []string{first}))
	ok(t, i.Terminate(t.Context(), []string{first}))
	if err := i.Terminate(t.Context(), []string{"i-00000000000000000"}); !model.IsKind(err, model.NotFound) {
		t.Errorf("terminating what is not there: %v", err)
	}
}

func TestInstancesOutOfStock(t *testing.T) {
	running, cfg := startAWS(t)
	i, n := instances.New(cfg), makeNetwork(t, cfg, "stock")
	ok(t, running.SetICE(t.Context(), emulator.Pool{Type: "c7g.large", Zone: "us-east-1a", CapacityType: model.Spot}))
	answer := create(t, i, n.fleet("l-stock", 1, [2]string{"c7g.large", "us-east-1a"}, [2]string{"c7g.4xlarge", "us-east-1b"}))
	if len(answer.Instances) != 1 || answer.Instances[0].Type != "c7g.4xlarge" {
		t.Errorf("instances %+v, want the offering that remains", answer.Instances)
	}
	for _, e := range answer.Errors {
		e.Message = ""
		want := model.FleetError{
			Kind: model.NoCapacity, Code: "InsufficientInstanceCapacity", Type: "c7g.large", Zone: "us-east-1a",
			Subnet: n.subnets["us-east-1a"], CapacityType: model.Spot,
		}
		if e != want {
			t.Errorf("error %+v, want %+v", e, want)
		}
	}
	none := create(t, i, n.fleet("l-none", 1, [2]string{"c7g.large", "us-east-1a"}))
	if len(none.Instances) != 0 || len(none.Errors) != 1 || none.Errors[0].Kind != model.NoCapacity {
		t.Errorf("an answer without stock: %+v", none)
	}
}

// The answer is lost, the instances are there: the same bytes again give the same instances.
func TestInstancesAfterALostAnswer(t *testing.T) {
	running, cfg := startAWS(t)
	i, n := instances.New(cfg), makeNetwork(t, cfg, "lost")
	request, err := i.Serialize(n.fleet("l-lost", 2, [2]string{"m7g.large", "us-east-1b"}))
	ok(t, err)
	ok(t, running.LoseNextAnswer(t.Context(), "ec2", "CreateFleet"))
	if _, err := i.Create(t.Context(), request); !model.IsKind(err, model.NoAnswer) {
		t.Fatalf("error %v is %s, want no answer", err, model.KindOf(err))
	}
	before := ids(t, i, "l-lost")
	answer, err := i.Create(t.Context(), request)
	ok(t, err)
	var answered []string
	for _, instance := range answer.Instances {
		answered = append(answered, instance.ID)
	}
	if len(before) != 2 || !slices.Equal(before, answered) || len(ids(t, i, "l-lost")) != 2 {
		t.Errorf("launched %v, then answered %v, now there are %v", before, answered, ids(t, i, "l-lost"))
	}

	ok(t, running.Arm(t.Context(), emulator.Fault{Service: "ec2", Action: "CreateFleet", Kind: emulator.Refused}))
	if _, err := i.Create(t.Context(), request); !model.IsKind(err, model.Throttled) {
		t.Errorf("throttled: %v", err)
	}
}
