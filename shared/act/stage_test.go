package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// stage is an Applier over fakes, with one log of all calls.
type stage struct {
	t          *testing.T
	now        time.Time
	kubernetes *fake.Kubernetes
	ec2        *fake.Instances
	ledger     *fake.Ledger
	applier    *act.Applier
	calls      []string
	// before, if set, is called before each port call: whatever happens in the world just then.
	before func(method string)
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, now: noon}
	clock := func() time.Time { return s.now }
	s.kubernetes, s.ec2, s.ledger = fake.NewKubernetes(clock), fake.NewInstances(clock), fake.NewLedger(clock)
	for _, f := range []*fake.Faults{&s.kubernetes.Faults, &s.ec2.Faults, &s.ledger.Faults} {
		f.Around = s.around
	}
	s.applier = &act.Applier{
		Cluster: model.Cluster{Name: "prod", Key: "3f9a0c5d7e21", UID: "uid", Region: "us-east-1", Mode: model.Active},
		Lane:    model.LaneProvision, Kubernetes: s.kubernetes, Fleets: s.ec2, Ledger: s.ledger,
		Parallel: inTurn, Now: clock,
	}
	return s
}

func inTurn(ctx context.Context, tasks ...func(context.Context) error) error {
	var failed error
	for _, task := range tasks {
		failed = errors.Join(failed, task(ctx))
	}
	return failed
}

func (s *stage) around(method string, do func() error) error {
	s.calls = append(s.calls, method)
	if happens := s.before; happens != nil {
		s.before = nil // what it does itself is not its cue
		happens(method)
		s.before = happens
	}
	return do()
}

// meanwhile does something, once, before the next call of the method.
func (s *stage) meanwhile(method string, do func()) {
	s.before = func(m string) {
		if m == method && do != nil {
			now := do
			do = nil
			now()
		}
	}
}

// open opens a decision.
func (s *stage) open() model.Lane {
	s.t.Helper()
	lane, _, err := s.ledger.Open(s.t.Context(), s.applier.Cluster.Key, model.LaneProvision, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	s.calls = nil
	return lane
}

// apply carries out a plan of the launch in a decision of its own.
func (s *stage) apply(launch model.LaunchAction) (act.Outcome, error) {
	s.t.Helper()
	return s.applier.Apply(s.t.Context(), planOf(launch), s.open())
}

func (s *stage) resume() (act.Outcome, error) {
	s.t.Helper()
	return s.applier.Resume(s.t.Context(), s.open())
}

func planOf(launches ...model.LaunchAction) model.Plan {
	var plan model.Plan
	for _, l := range launches {
		plan.Actions = append(plan.Actions, model.Action{Key: "launch/" + l.ID, Launch: &l})
	}
	return plan
}

// two are the offerings of most launches here, cheapest first.
var two = []model.FleetOverride{
	{Type: "m7g.large", Zone: "us-east-1a", Subnet: "subnet-a"},
	{Type: "c7g.large", Zone: "us-east-1b", Subnet: "subnet-b"},
}

// launchOf asks for a new claim of each name.
func launchOf(names ...string) model.LaunchAction {
	l := model.LaunchAction{
		ID: "l-1x0", Attempt: 1, CapacityType: model.OnDemand, Class: "default",
		Template:  model.LaunchTemplate{ID: "lt-1", Version: "7", ImageID: "ami-1"},
		Tags:      map[string]string{"team": "x"},
		Overrides: two,
		Shapes:    []model.Shape{shape("c7g.large", 4), shape("m7g.large", 8)},
	}
	for _, name := range names {
		l.Claims = append(l.Claims, model.NodeClaim{Name: name, Labels: map[string]string{model.LabelNodePool: "general"}})
	}
	return l
}

func shape(typ string, gib int64) model.Shape {
	return model.Shape{
		Type: typ, Labels: map[string]string{"karpenter.k8s.aws/instance-family": typ[:3]},
		Capacity:    model.Resources{CPU: 2000, Memory: gib << 30, Pods: 29},
		Allocatable: model.Resources{CPU: 1930, Memory: gib<<30 - 1<<30, Pods: 29},
	}
}

func (s *stage) claim(name string) model.NodeClaim {
	s.t.Helper()
	all := s.kubernetes.AllClaims()
	i := slices.IndexFunc(all, func(c model.NodeClaim) bool { return c.Name == name })
	if i < 0 {
		s.t.Fatalf("no claim %s", name)
	}
	return all[i]
}

// number of an instance, in order of launch, from 1; 0 for none.
func (s *stage) number(id string) int {
	return 1 + slices.IndexFunc(s.ec2.All(), func(i model.Instance) bool { return i.ID == id })
}

// wantState compares what there is, a line each, with the text: instances by order of launch, and claims. "#0" is no
// instance.
func (s *stage) wantState(want string) {
	s.t.Helper()
	var b strings.Builder
	for n, i := range s.ec2.All() {
		fmt.Fprintf(&b, "#%d %s %s %s of %s for %q\n", n+1, i.Type, i.Zone, i.State, i.Tags[model.TagLaunch], i.Tags[model.TagClaim])
	}
	for _, c := range s.kubernetes.AllClaims() {
		launched := c.Conditions.Get(model.Launched).Status
		fmt.Fprintf(&b, "%s #%d Launched=%s by %s\n", c.Name, s.number(model.InstanceID(c.ProviderID)), launched, c.Annotations[model.AnnotationLaunch])
	}
	around := s.ledger.Around
	s.ledger.Around = nil
	defer func() { s.ledger.Around = around }()
	lane, _, err := s.ledger.Open(s.t.Context(), s.applier.Cluster.Key, model.LaneProvision, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range lane.Unavailable {
		fmt.Fprintf(&b, "mark %q %q %q %q for %v: %s\n", m.Type, m.Zone, m.CapacityType, m.Subnet, m.Until.Sub(s.now), m.Reason)
	}
	for _, open := range lane.OpenLaunches {
		fmt.Fprintf(&b, "open %s\n", open)
	}
	if diff := cmp.Diff(strings.TrimLeft(want, "\n"), b.String()); diff != "" {
		s.t.Errorf("state (-want +got):\n%s", diff)
	}
}

func (s *stage) wantCalls(want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.calls); diff != "" {
		s.t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind model.ErrorKind) {
	t.Helper()
	if !model.IsKind(err, kind) {
		t.Fatalf("error %v (%s), want kind %q", err, model.KindOf(err), kind)
	}
}

// oneOffering is an EC2 that tries only the first offering of a request, and so says nothing of the others.
type oneOffering struct{ *fake.Instances }

func (o oneOffering) Create(ctx context.Context, body []byte) (model.FleetAnswer, error) {
	var request model.FleetRequest
	if err := json.Unmarshal(body, &request); err != nil {
		return model.FleetAnswer{}, err
	}
	request.Overrides = request.Overrides[:1]
	body, err := o.Serialize(request)
	if err != nil {
		return model.FleetAnswer{}, err
	}
	return o.Instances.Create(ctx, body)
}
