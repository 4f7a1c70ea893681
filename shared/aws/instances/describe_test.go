package instances_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

const described = `<DescribeInstancesResponse><reservationSet>
<item><instancesSet><item>
 <instanceId>i-0b</instanceId><imageId>ami-0a</imageId><instanceState><code>16</code><name>running</name></instanceState>
 <privateDnsName>ip-10-0-0-9.ec2.internal</privateDnsName><instanceType>m7g.large</instanceType><instanceLifecycle>spot</instanceLifecycle>
 <launchTime>2026-11-05T10:00:00.000Z</launchTime><placement><availabilityZone>us-east-1b</availabilityZone></placement>
 <tagSet><item><key>karpenter.sh/nodeclaim</key><value>general-1</value></item></tagSet>
</item></instancesSet></item>
<item><instancesSet><item><instanceId>i-0a</instanceId><instanceType>m7g.large</instanceType></item></instancesSet></item>
</reservationSet><nextToken>more</nextToken></DescribeInstancesResponse>`

func TestByLaunch(t *testing.T) {
	s := serve(t, reply{200, described})
	got, err := s.ByLaunch(t.Context(), "l-1", "page2")
	if err != nil {
		t.Fatal(err)
	}
	want := model.Page[model.Instance]{Next: "more", Items: []model.Instance{
		{ID: "i-0a", Type: "m7g.large", CapacityType: model.OnDemand},
		{
			ID: "i-0b", Type: "m7g.large", Zone: "us-east-1b", CapacityType: model.Spot, ImageID: "ami-0a", State: "running",
			PrivateDNS: "ip-10-0-0-9.ec2.internal", LaunchedAt: time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC),
			Tags: map[string]string{model.TagClaim: "general-1"},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	wire := `
Action=DescribeInstances
Filter.1.Name=tag:slipway.dev/launch
Filter.1.Value.1=l-1
Filter.2.Name=instance-state-name
Filter.2.Value.1=pending
Filter.2.Value.2=running
Filter.2.Value.3=shutting-down
Filter.2.Value.4=stopping
Filter.2.Value.5=stopped
MaxResults=500
NextToken=page2
Version=2016-11-15
`
	if diff := cmp.Diff(strings.TrimSpace(wire), lines(t, s.requests()[0])); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
}

func TestByIDAsksNobodyForNothing(t *testing.T) {
	s := serve(t)
	if found, err := s.ByID(t.Context(), nil); err != nil || len(found) > 0 || len(s.requests()) > 0 {
		t.Errorf("ByID(nil) = %v, %v after %d calls", found, err, len(s.requests()))
	}
	if _, err := s.ByID(t.Context(), make([]string, 201)); !model.IsKind(err, model.Invalid) {
		t.Errorf("too many ids: %v", err)
	}
}

func TestDescribeIsRepeated(t *testing.T) {
	s := serve(t, refusal(503, "Unavailable"), reply{200, described})
	if _, err := s.ByCluster(t.Context(), "key.uid", ""); err != nil {
		t.Fatal(err)
	}
	if got := s.requests()[1].Get("Filter.1.Value.1"); got != "key.uid" {
		t.Errorf("asked for owner %q", got)
	}
}

// An instance is not visible everywhere the moment after CreateFleet has named it.
func TestTagWaitsForTheInstance(t *testing.T) {
	s := serve(t, refusal(400, "InvalidInstanceID.NotFound"), reply{200, `<CreateTagsResponse><return>true</return></CreateTagsResponse>`})
	if err := s.Tag(t.Context(), "i-0a", map[string]string{"b": "2", "a": "1"}); err != nil {
		t.Fatal(err)
	}
	want := "Action=CreateTags\nResourceId.1=i-0a\nTag.1.Key=a\nTag.1.Value=1\nTag.2.Key=b\nTag.2.Value=2\nVersion=2016-11-15"
	if diff := cmp.Diff(want, lines(t, s.requests()[1])); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
}

func TestTerminateNamesWhatIsMissing(t *testing.T) {
	s := serve(t, refusal(400, "InvalidInstanceID.NotFound"), refusal(400, "InvalidInstanceID.NotFound"), refusal(400, "InvalidInstanceID.NotFound"))
	if err := s.Terminate(t.Context(), []string{"i-0a", "i-0b"}); !model.IsKind(err, model.NotFound) {
		t.Errorf("error %v", err)
	}
	if err := s.Terminate(t.Context(), nil); err != nil {
		t.Errorf("terminating nothing: %v", err)
	}
}
