package provision_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/functions/provision"
	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/snapshot"
	"github.com/slipway-dev/slipway/shared/telemetry"
	"github.com/slipway-dev/slipway/testevents"
)

const (
	demo = "3f9a0c5d7e21" // the cluster of most golden events
	gib  = 1 << 30
)

// stage is the function over fakes: one cluster with one pool and a catalog of two types. One second passes with each
// look at the clock that the function takes while reading.
type stage struct {
	t           *testing.T
	now         time.Time
	kubernetes  *fake.Kubernetes
	ec2         *fake.Instances
	ledger      *fake.Ledger
	records     *fake.Records
	bus         *fake.Bus
	deadLetters *fake.DeadLetters
	cluster     *provision.Cluster
	unreachable error // what connecting fails with
	handler     *provision.Handler
	ids         int
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, now: time.Date(2026, 11, 1, 10, 0, 5, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	s.kubernetes, s.ec2, s.ledger = fake.NewKubernetes(clock), fake.NewInstances(clock), fake.NewLedger(clock)
	s.records, s.bus, s.deadLetters = fake.NewRecords(), &fake.Bus{}, &fake.DeadLetters{}
	info := model.Cluster{Name: "demo", Key: demo, UID: "uid", Region: "us-east-1", Mode: model.Active}
	s.cluster = &provision.Cluster{
		Info:   info,
		Reader: slow{snapshot.NewReader(s.kubernetes, s.records, inTurn, demo), s},
		Applier: &act.Applier{
			Cluster: info, Lane: model.LaneProvision, Kubernetes: s.kubernetes, Fleets: s.ec2, Ledger: s.ledger,
			Parallel: inTurn, Now: clock,
		},
	}
	s.handler = &provision.Handler{
		Clusters: s, Ledger: s.ledger, Records: s.records, Bus: s.bus,
		Loop: batch.Loop{DeadLetters: s.deadLetters, Now: clock}, Parallel: inTurn,
		Telemetry: telemetry.New(io.Discard, telemetry.Settings{Now: clock}), Version: "test", Now: clock,
		NewID: func() string { s.ids++; return fmt.Sprint("new-", s.ids) },
	}
	pool := model.NodePool{
		Name: "general", UID: "pool", Class: model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		Conditions: model.Conditions{{Type: model.Ready, Status: model.True}},
	}
	pool.Hash = pool.TemplateHash()
	s.kubernetes.SetPool(pool)
	_, err := s.records.PutCatalog(t.Context(), demo, catalogFor(pool), "")
	ok(t, err)
	return s
}

// catalogFor is a catalog of two types in one zone, the cheaper one first.
func catalogFor(pool model.NodePool) *model.Catalog {
	typ := func(name string, price int64) model.InstanceType {
		return model.InstanceType{
			Name:      name,
			Labels:    map[string]string{model.LabelInstanceType: name, model.LabelArch: "arm64", model.LabelOS: "linux"},
			Capacity:  model.Resources{CPU: 4000, Memory: 16 * gib, Pods: 58},
			Offerings: []model.Offering{{Zone: "us-east-1a", CapacityType: model.OnDemand, Price: price}},
		}
	}
	arm := []model.Requirement{{Key: model.LabelArch, Operator: model.In, Values: []string{"arm64"}}}
	return &model.Catalog{
		Schema: model.CatalogSchema, Version: "1", Region: "us-east-1",
		Types: []model.InstanceType{typ("m6g.xlarge", 154000), typ("m7g.xlarge", 163200)},
		Classes: []model.ResolvedClass{{
			Name: "default", EphemeralStorage: 20 * gib,
			Subnets:   []model.Subnet{{ID: "subnet-a", Zone: "us-east-1a", Free: 4000}},
			Images:    []model.Image{{ID: "ami-1", Requirements: arm}},
			Templates: []model.LaunchTemplate{{Pool: pool.Name, PoolHash: pool.Hash, ImageID: "ami-1", ID: "lt-1", Version: "1"}},
		}},
	}
}

// slow is a reader under whose hands a second passes.
type slow struct {
	provision.Reader
	s *stage
}

func (r slow) Read(ctx context.Context, now time.Time) (model.Snapshot, error) {
	snapshot, err := r.Reader.Read(ctx, now)
	r.s.now = r.s.now.Add(time.Second)
	return snapshot, err
}

// Connect knows the cluster demo.
func (s *stage) Connect(_ context.Context, key string) (*provision.Cluster, error) {
	if s.unreachable != nil {
		return nil, s.unreachable
	}
	if key != demo {
		return nil, &model.Error{Kind: model.NotFound, Op: "cluster " + key}
	}
	return s.cluster, nil
}

func inTurn(ctx context.Context, tasks ...func(context.Context) error) error {
	var failed error
	for _, task := range tasks {
		failed = errors.Join(failed, task(ctx))
	}
	return failed
}

func sideBySide(ctx context.Context, tasks ...func(context.Context) error) error {
	failed := make([]error, len(tasks))
	var running sync.WaitGroup
	for i, task := range tasks {
		running.Go(func() { failed[i] = task(ctx) })
	}
	running.Wait()
	return errors.Join(failed...)
}

// pod makes a pod that found no place.
func (s *stage) pod(name string) {
	s.kubernetes.SetPod(model.Pod{
		PodRef: model.PodRef{Namespace: "shop", Name: name}, Phase: "Pending", Unschedulable: true, CreatedAt: s.now,
		Requests: model.Resources{CPU: 3000, Memory: gib, Pods: 1},
	})
}

// wake hands over messages that were sent just now.
func (s *stage) wake(list ...events.Event) batch.Response {
	s.t.Helper()
	var sqs batch.Event
	for i, e := range list {
		body, err := events.Message(e)
		ok(s.t, err)
		sqs.Records = append(sqs.Records, lambdaevents.SQSMessage{
			MessageId: fmt.Sprint("m", i+1), Body: body, EventSourceARN: "arn:aws:sqs:us-east-1:111122223333:slipway-provision.fifo",
			Attributes: map[string]string{"MessageGroupId": e.Head().Cluster, "SentTimestamp": fmt.Sprint(s.now.UnixMilli())},
		})
	}
	return s.handle(sqs)
}

func (s *stage) handle(sqs batch.Event) batch.Response {
	s.t.Helper()
	answer, err := s.handler.Handle(s.t.Context(), sqs)
	ok(s.t, err)
	return answer
}

func (s *stage) head(id string) events.Header {
	return events.NewHeader(events.Cluster{Key: demo, Name: "demo"}, id, s.now)
}

func (s *stage) pending() events.Event {
	return events.NewPodsPending(s.head("pending-1"), []events.Pod{{Namespace: "shop", Name: "web"}}, "1")
}

func (s *stage) tick() events.Event { return events.NewTick(s.head("tick-1"), s.now) }

// again are the ids of the messages that come again.
func again(r batch.Response) string {
	var ids []string
	for _, f := range r.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

// told are the events on the bus, decoded, of the kind.
func told[T events.Event](s *stage) []T {
	s.t.Helper()
	var out []T
	for _, entry := range s.bus.Entries() {
		body, err := json.Marshal(map[string]any{
			"source": entry.Source, "detail-type": entry.DetailType, "detail": json.RawMessage(entry.Detail),
		})
		ok(s.t, err)
		event, err := events.Decode(body)
		ok(s.t, err)
		if e, is := event.(T); is {
			out = append(out, e)
		}
	}
	return out
}

func (s *stage) kinds() []string {
	var kinds []string
	for _, e := range s.bus.Entries() {
		kinds = append(kinds, e.DetailType)
	}
	return kinds
}

func (s *stage) wantKinds(want ...string) {
	s.t.Helper()
	if got := s.kinds(); !slices.Equal(got, want) {
		s.t.Errorf("told %q, want %q", got, want)
	}
}

// lane as it is now; looking opens a decision.
func (s *stage) lane() model.Lane {
	s.t.Helper()
	lane, _, err := s.ledger.Open(s.t.Context(), demo, model.LaneProvision, time.Time{})
	ok(s.t, err)
	return lane
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
