package instances_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

func fleet() model.FleetRequest {
	return model.FleetRequest{
		Token: "l-0a1b-a2", Count: 3, CapacityType: model.Spot,
		Template: model.LaunchTemplate{ID: "lt-0a", Version: "7"},
		Overrides: []model.FleetOverride{
			{Type: "m7g.large", Zone: "us-east-1a", Subnet: "subnet-0a"},
			{Type: "m7g.xlarge", Zone: "us-east-1b", Subnet: "subnet-0b"},
		},
		Tags: map[string]string{"slipway.dev/launch": "l-0a1b-a2", "team": "x"},
	}
}

func TestCreateSendsWhatWasSerialized(t *testing.T) {
	s := serve(t, reply{200, `<CreateFleetResponse><fleetId>fleet-1</fleetId></CreateFleetResponse>`})
	request, err := s.Serialize(fleet())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	want := `
Action=CreateFleet
ClientToken=l-0a1b-a2
LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId=lt-0a
LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version=7
LaunchTemplateConfigs.1.Overrides.1.AvailabilityZone=us-east-1a
LaunchTemplateConfigs.1.Overrides.1.InstanceType=m7g.large
LaunchTemplateConfigs.1.Overrides.1.SubnetId=subnet-0a
LaunchTemplateConfigs.1.Overrides.2.AvailabilityZone=us-east-1b
LaunchTemplateConfigs.1.Overrides.2.InstanceType=m7g.xlarge
LaunchTemplateConfigs.1.Overrides.2.SubnetId=subnet-0b
SpotOptions.AllocationStrategy=price-capacity-optimized
TagSpecification.1.ResourceType=fleet
TagSpecification.1.Tag.1.Key=slipway.dev/launch
TagSpecification.1.Tag.1.Value=l-0a1b-a2
TagSpecification.1.Tag.2.Key=team
TagSpecification.1.Tag.2.Value=x
TagSpecification.2.ResourceType=instance
TagSpecification.2.Tag.1.Key=slipway.dev/launch
TagSpecification.2.Tag.1.Value=l-0a1b-a2
TagSpecification.2.Tag.2.Key=team
TagSpecification.2.Tag.2.Value=x
TagSpecification.3.ResourceType=volume
TagSpecification.3.Tag.1.Key=slipway.dev/launch
TagSpecification.3.Tag.1.Value=l-0a1b-a2
TagSpecification.3.Tag.2.Key=team
TagSpecification.3.Tag.2.Value=x
TargetCapacitySpecification.DefaultTargetCapacityType=spot
TargetCapacitySpecification.TotalTargetCapacity=3
Type=instant
Version=2016-11-15
`
	if diff := cmp.Diff(strings.TrimSpace(want), lines(t, s.requests()[0])); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
}

func lines(t *testing.T, form url.Values) string {
	t.Helper()
	text, err := url.QueryUnescape(strings.ReplaceAll(form.Encode(), "&", "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCreateOnDemandByPrice(t *testing.T) {
	s := serve(t, reply{200, `<CreateFleetResponse/>`})
	r := fleet()
	r.CapacityType = model.OnDemand
	request, err := s.Serialize(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if got := s.requests()[0].Get("OnDemandOptions.AllocationStrategy"); got != "lowest-price" {
		t.Errorf("strategy %q", got)
	}
	if s.requests()[0].Has("SpotOptions.AllocationStrategy") {
		t.Error("an on-demand fleet has options for spot")
	}
}

func TestSerialize(t *testing.T) {
	s := serve(t)
	one, err := s.Serialize(fleet())
	if err != nil {
		t.Fatal(err)
	}
	for range 20 { // map order would show
		if two, _ := s.Serialize(fleet()); string(one) != string(two) {
			t.Fatalf("two serializations differ:\n%s\n%s", one, two)
		}
	}
	for name, spoil := range map[string]func(*model.FleetRequest){
		"no token":        func(r *model.FleetRequest) { r.Token = "" },
		"long token":      func(r *model.FleetRequest) { r.Token = strings.Repeat("x", 65) },
		"nothing asked":   func(r *model.FleetRequest) { r.Count = 0 },
		"no template":     func(r *model.FleetRequest) { r.Template.ID = "" },
		"no version":      func(r *model.FleetRequest) { r.Template.Version = "" },
		"no offerings":    func(r *model.FleetRequest) { r.Overrides = nil },
		"many offerings":  func(r *model.FleetRequest) { r.Overrides = make([]model.FleetOverride, model.MaxOverrides+1) },
		"reserved":        func(r *model.FleetRequest) { r.CapacityType = model.Reserved },
		"no capacitytype": func(r *model.FleetRequest) { r.CapacityType = "" },
	} {
		r := fleet()
		spoil(&r)
		if _, err := s.Serialize(r); !model.IsKind(err, model.Invalid) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

const partly = `<CreateFleetResponse>
<fleetId>fleet-1</fleetId>
<fleetInstanceSet>
 <item><instanceType>m7g.xlarge</instanceType><lifecycle>spot</lifecycle><instanceIds><item>i-0b</item><item>i-0a</item></instanceIds>
  <launchTemplateAndOverrides><overrides><instanceType>m7g.xlarge</instanceType><subnetId>subnet-0b</subnetId></overrides></launchTemplateAndOverrides></item>
 <item><availabilityZone>us-east-1a</availabilityZone><instanceType>m7g.large</instanceType><instanceIds><item>i-00</item></instanceIds></item>
</fleetInstanceSet>
<errorSet>
 <item><errorCode>InsufficientFreeAddressesInSubnet</errorCode><errorMessage>full</errorMessage><lifecycle>spot</lifecycle>
  <launchTemplateAndOverrides><overrides><instanceType>m7g.xlarge</instanceType><subnetId>subnet-0b</subnetId></overrides></launchTemplateAndOverrides></item>
 <item><errorCode>InsufficientInstanceCapacity</errorCode><errorMessage>none</errorMessage><lifecycle>spot</lifecycle>
  <launchTemplateAndOverrides><overrides><instanceType>m7g.large</instanceType><availabilityZone>us-east-1a</availabilityZone><subnetId>subnet-0a</subnetId></overrides></launchTemplateAndOverrides></item>
 <item><errorCode>InsufficientInstanceCapacity</errorCode><errorMessage>none</errorMessage><lifecycle>spot</lifecycle>
  <launchTemplateAndOverrides><overrides><instanceType>m7g.large</instanceType><availabilityZone>us-east-1a</availabilityZone><subnetId>subnet-0a</subnetId></overrides></launchTemplateAndOverrides></item>
 <item><errorCode>VcpuLimitExceeded</errorCode><errorMessage>quota</errorMessage></item>
 <item><errorCode>NovelTrouble</errorCode><errorMessage>?</errorMessage><lifecycle>on-demand</lifecycle></item>
</errorSet>
</CreateFleetResponse>`

func TestCreateReadsAPartialAnswer(t *testing.T) {
	s := serve(t, reply{200, partly})
	request, err := s.Serialize(fleet())
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Create(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	want := model.FleetAnswer{
		FleetID: "fleet-1",
		Instances: []model.Instance{
			{ID: "i-00", Type: "m7g.large", Zone: "us-east-1a", CapacityType: model.Spot},
			{ID: "i-0a", Type: "m7g.xlarge", Zone: "us-east-1b", CapacityType: model.Spot},
			{ID: "i-0b", Type: "m7g.xlarge", Zone: "us-east-1b", CapacityType: model.Spot},
		},
		Errors: []model.FleetError{
			{Kind: model.NoAnswer, Code: "NovelTrouble", Message: "?", CapacityType: model.OnDemand},
			{Kind: model.QuotaExceeded, Code: "VcpuLimitExceeded", Message: "quota", CapacityType: model.Spot},
			{Kind: model.NoCapacity, Code: "InsufficientInstanceCapacity", Message: "none", Type: "m7g.large", Zone: "us-east-1a", Subnet: "subnet-0a", CapacityType: model.Spot},
			{Kind: model.NoAddresses, Code: "InsufficientFreeAddressesInSubnet", Message: "full", Type: "m7g.xlarge", Zone: "us-east-1b", Subnet: "subnet-0b", CapacityType: model.Spot},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// Whoever froze the request sends it again; a repetition in here would only hide how often.
func TestCreateIsSentOnce(t *testing.T) {
	for name, c := range map[string]struct {
		answers []reply
		want    model.ErrorKind
	}{
		"throttled": {[]reply{refusal(503, "RequestLimitExceeded")}, model.Throttled},
		"failed":    {[]reply{refusal(500, "InternalError")}, model.NoAnswer},
		"lost":      {nil, model.NoAnswer},
		"denied":    {[]reply{refusal(403, "UnauthorizedOperation")}, model.Denied},
		"template":  {[]reply{refusal(400, "InvalidLaunchTemplateId.NotFound")}, model.NotFound},
		"mismatch":  {[]reply{refusal(400, "IdempotentParameterMismatch")}, model.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answers...)
			request, err := s.Serialize(fleet())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Create(t.Context(), request); !model.IsKind(err, c.want) {
				t.Errorf("error is %v (%s), want kind %s", err, model.KindOf(err), c.want)
			}
			if len(s.requests()) != 1 {
				t.Errorf("sent %d times", len(s.requests()))
			}
		})
	}
}

func TestCreateRefusesWhatItDidNotSerialize(t *testing.T) {
	if _, err := serve(t).Create(t.Context(), []byte("{")); !model.IsKind(err, model.Invalid) {
		t.Errorf("error %v", err)
	}
}
