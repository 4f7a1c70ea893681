package register_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/functions/register"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
	"github.com/slipway-dev/slipway/testevents"
)

const (
	demo  = "3f9a0c5d7e21" // the cluster of most golden events
	owner = demo + ".uid"
	gib   = 1 << 30
	gpu   = "nvidia.com/gpu"
)

// stage is the function over fakes: one cluster with the pool general.
type stage struct {
	t           *testing.T
	now         time.Time
	kubernetes  *fake.Kubernetes
	ec2         *fake.Instances
	ledger      *fake.Ledger
	queue       *fake.Queue
	bus         *fake.Bus
	deadLetters *fake.DeadLetters
	info        model.Cluster
	unreachable error // what connecting fails with
	handler     *register.Handler
	calls       []string // of Kubernetes and EC2
	before      func(method string)
	ids         int
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, now: time.Date(2026, 11, 1, 10, 0, 5, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	s.kubernetes, s.ec2, s.ledger, s.queue = fake.NewKubernetes(clock), fake.NewInstances(clock), fake.NewLedger(clock), fake.NewQueue(clock)
	s.bus, s.deadLetters = &fake.Bus{}, &fake.DeadLetters{}
	s.info = model.Cluster{Name: "demo", Key: demo, UID: "uid", Region: "us-east-1", Mode: model.Active}
	s.handler = &register.Handler{
		Clusters: s, Ledger: s.ledger, Queue: s.queue, Bus: s.bus,
		Loop:      batch.Loop{DeadLetters: s.deadLetters, Now: clock},
		Telemetry: telemetry.New(io.Discard, telemetry.Settings{Now: clock}), Now: clock,
		NewID: func() string { s.ids++; return fmt.Sprint("new-", s.ids) },
	}
	s.pool("general", "karpenter.k8s.aws", "EC2NodeClass")
	s.kubernetes.Around, s.ec2.Around = s.around, s.around
	return s
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

// meanwhile does something, before each of the next n calls of the method.
func (s *stage) meanwhile(method string, n int, do func()) {
	s.before = func(m string) {
		if m == method && n > 0 {
			n--
			do()
		}
	}
}

// Connect knows the cluster demo.
func (s *stage) Connect(_ context.Context, key string) (*register.Cluster, error) {
	if s.unreachable != nil {
		return nil, s.unreachable
	}
	if key != demo {
		return nil, &model.Error{Kind: model.NotFound, Op: "cluster " + key}
	}
	return &register.Cluster{Info: s.info, Kubernetes: s.kubernetes, Instances: s.ec2}, nil
}

func (s *stage) pool(name, group, kind string) {
	s.kubernetes.SetPool(model.NodePool{Name: name, Generation: 1, Class: model.ClassRef{Group: group, Kind: kind, Name: "default"}})
}

// launched makes a claim with an instance, as provision leaves it, after a change to it.
func (s *stage) launched(name string, change ...func(*model.NodeClaim)) model.NodeClaim {
	s.t.Helper()
	body, err := s.ec2.Serialize(model.FleetRequest{Token: name, Count: 1, CapacityType: model.Spot, Overrides: []model.FleetOverride{{Type: "m7g.large", Zone: "us-east-1a"}}})
	ok(s.t, err)
	answer, err := s.ec2.Create(s.t.Context(), body)
	ok(s.t, err)
	ok(s.t, s.ledger.Index(s.t.Context(), demo, map[string]string{answer.Instances[0].ID: name}))
	claim := model.NodeClaim{
		Name: name, Labels: map[string]string{model.LabelNodePool: "general", model.LabelCapacityType: model.Spot},
		Annotations: map[string]string{model.AnnotationCluster: owner},
	}
	for _, c := range change {
		c(&claim)
	}
	claim, err = s.kubernetes.CreateNodeClaim(s.t.Context(), claim)
	ok(s.t, err)
	status := claim.Status()
	status.ProviderID = model.ProviderID("us-east-1a", answer.Instances[0].ID)
	status.Capacity = model.Resources{CPU: 2000, Memory: 8 * gib}
	status.Conditions = model.Conditions{{Type: model.Launched, Status: model.True, LastTransitionTime: s.now}}
	claim, err = s.kubernetes.PatchClaimStatus(s.t.Context(), name, status)
	ok(s.t, err)
	s.calls = nil
	return claim
}

// joined makes the claim's node, as its kubelet does, after a change to it.
func (s *stage) joined(claim model.NodeClaim, change ...func(*model.Node)) {
	node := model.Node{
		Name: "node-" + claim.Name, ProviderID: claim.ProviderID, CreatedAt: s.now,
		Taints: []model.Taint{
			{Key: model.TaintUnregistered, Effect: model.NoExecute},
			{Key: "node.kubernetes.io/not-ready", Effect: model.NoSchedule},
		},
	}
	for _, c := range change {
		c(&node)
	}
	s.kubernetes.SetNode(node)
}

// ready is a node that came up.
func ready(n *model.Node) {
	n.Conditions = model.Conditions{{Type: model.Ready, Status: model.True}}
	var left []model.Taint
	for _, t := range n.Taints {
		if t.Key != "node.kubernetes.io/not-ready" {
			left = append(left, t)
		}
	}
	n.Taints = left
}

// change changes the node as others do.
func (s *stage) change(name string, change func(*model.Node)) {
	node := s.node(name)
	change(&node)
	s.kubernetes.SetNode(node)
}

func (s *stage) node(name string) model.Node {
	s.t.Helper()
	for _, n := range s.kubernetes.AllNodes() {
		if n.Name == name {
			return n
		}
	}
	s.t.Fatalf("no node %s", name)
	return model.Node{}
}

func (s *stage) claim(name string) model.NodeClaim {
	s.t.Helper()
	for _, c := range s.kubernetes.AllClaims() {
		if c.Name == name {
			return c
		}
	}
	s.t.Fatalf("no claim %s", name)
	return model.NodeClaim{}
}

// conditions of the claim that are True, in order.
func (s *stage) conditions(name string) string {
	var out []string
	for _, c := range s.claim(name).Conditions {
		if c.Status == model.True {
			out = append(out, c.Type)
		}
	}
	return strings.Join(out, " ")
}

// wake hands over messages; what comes again is the answer, by number.
func (s *stage) wake(list ...events.Event) string {
	s.t.Helper()
	var bodies []string
	for _, e := range list {
		body, err := events.Message(e)
		ok(s.t, err)
		bodies = append(bodies, body)
	}
	return s.deliver(bodies...)
}

func (s *stage) deliver(bodies ...string) string {
	s.t.Helper()
	var sqs batch.Event
	for i, body := range bodies {
		sqs.Records = append(sqs.Records, lambdaevents.SQSMessage{MessageId: fmt.Sprint("m", i+1), Body: body, EventSourceARN: "arn:aws:sqs:us-east-1:111122223333:slipway-register"})
	}
	s.calls = nil
	return s.handle(sqs)
}

func (s *stage) handle(sqs batch.Event) string {
	s.t.Helper()
	answer, err := s.handler.Handle(s.t.Context(), sqs)
	ok(s.t, err)
	var ids []string
	for _, f := range answer.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

func (s *stage) head(id string) events.Header {
	return events.NewHeader(events.Cluster{Key: demo, Name: "demo"}, id, s.now)
}

func (s *stage) nodes(names ...string) events.Event {
	return events.NewNodeChanged(s.head("changed-1"), names, nil)
}

func (s *stage) claims(names ...string) events.Event {
	return events.NewNodeChanged(s.head("changed-1"), nil, names)
}

func (s *stage) tick() events.Event { return events.NewTick(s.head("tick-1"), s.now) }

// told are the kinds of the events on the bus, which are taken off it. All of them must be well formed.
func (s *stage) told() string {
	s.t.Helper()
	var kinds []string
	for _, entry := range s.bus.Take() {
		body, err := json.Marshal(map[string]any{
			"source": entry.Source, "detail-type": entry.DetailType, "detail": json.RawMessage(entry.Detail),
		})
		ok(s.t, err)
		event, err := events.Decode(body)
		ok(s.t, err)
		if event.Head().Cause == "" || event.Head().Cluster != demo {
			s.t.Errorf("%s: header %+v", event.Kind(), event.Head())
		}
		kinds = append(kinds, entry.DetailType)
	}
	return strings.Join(kinds, ", ")
}

// golden is a batch of testevents.
func golden(t *testing.T, name string) batch.Event {
	t.Helper()
	raw, err := testevents.Read("sqs/" + name + ".json")
	ok(t, err)
	var sqs batch.Event
	ok(t, json.Unmarshal(raw, &sqs))
	return sqs
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
