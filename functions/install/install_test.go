package install_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/functions/install"
	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

const arn = "arn:aws:eks:us-east-1:123456789012:cluster/prod"

// world is a cluster's API server, our ledger and our bus, in memory. A definition is served two looks after it was
// made.
type world struct {
	t          *testing.T
	objects    map[string]*crd.Object // by kind and name
	version    int
	unserved   int
	registered map[string]model.Cluster
	told       []events.Entry
	calls      []string
	once       map[string]error // what a call fails with, one time
	handler    *install.Handler
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, objects: map[string]*crd.Object{}, registered: map[string]model.Cluster{}, once: map[string]error{}}
	now := func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
	w.handler = &install.Handler{
		Clusters: w, Ledger: w, Bus: w, Now: now, NewID: func() string { return "id" },
		Telemetry: telemetry.New(t.Output(), telemetry.Settings{Function: "install", Now: now}),
		Pause:     func(context.Context, time.Duration) error { return w.call("Pause") },
	}
	return w
}

func (w *world) call(name string) error {
	w.calls = append(w.calls, name)
	name, _, _ = strings.Cut(name, " ")
	err := w.once[name]
	delete(w.once, name)
	return err
}

func (w *world) wrote() []string {
	return slices.DeleteFunc(slices.Clone(w.calls), func(c string) bool {
		return !strings.HasPrefix(c, "Create") && !strings.HasPrefix(c, "Update")
	})
}

func (w *world) Dial(context.Context, model.Cluster) (install.Kubernetes, error) {
	return w, w.call("Dial")
}

func (w *world) UID(context.Context) (string, error) { return "uid-1", w.call("UID") }

func key(o *crd.Object) string { return o.GetKind() + " " + o.GetName() }

func (w *world) Get(_ context.Context, like *crd.Object) (*crd.Object, error) {
	if err := w.call("Get " + key(like)); err != nil {
		return nil, err
	}
	if o := w.objects[key(like)]; o != nil {
		return o.DeepCopy(), nil
	}
	return nil, &model.Error{Kind: model.NotFound, Op: "get"}
}

func (w *world) Create(_ context.Context, o *crd.Object) error {
	if err := w.call("Create " + key(o)); err != nil {
		return err
	}
	if w.objects[key(o)] != nil {
		return &model.Error{Kind: model.AlreadyExists, Op: "create"}
	}
	if o.GetKind() == "CustomResourceDefinition" {
		w.unserved = 2
	} else if err := w.served(o.GetKind()); err != nil {
		return err
	}
	w.store(o)
	return nil
}

func (w *world) Update(_ context.Context, o *crd.Object) error {
	if err := w.call("Update " + key(o)); err != nil {
		return err
	}
	if old := w.objects[key(o)]; old == nil || old.GetResourceVersion() != o.GetResourceVersion() {
		return &model.Error{Kind: model.Conflict, Op: "update"}
	}
	w.store(o)
	return nil
}

func (w *world) store(o *crd.Object) {
	w.version++
	o = o.DeepCopy()
	o.SetResourceVersion(strconv.Itoa(w.version))
	w.objects[key(o)] = o
}

func (w *world) HasPools(context.Context) (bool, error) {
	if err := errors.Join(w.call("HasPools"), w.served("NodePool")); err != nil {
		return false, err
	}
	for k := range w.objects {
		if strings.HasPrefix(k, "NodePool ") {
			return true, nil
		}
	}
	return false, nil
}

func (w *world) served(kind string) error {
	custom := kind == "NodePool" || kind == "EC2NodeClass"
	if custom && (w.unserved > 0 || w.objects["CustomResourceDefinition nodepools.karpenter.sh"] == nil) {
		w.unserved--
		return &model.Error{Kind: model.NotFound, Op: "kind"}
	}
	return nil
}

func (w *world) PutCluster(_ context.Context, c model.Cluster) error {
	if err := w.call("PutCluster"); err != nil {
		return err
	}
	w.registered[c.Key] = c
	return nil
}

func (w *world) Put(_ context.Context, entries []events.Entry) error {
	if err := w.call("Put"); err != nil {
		return err
	}
	w.told = append(w.told, entries...)
	return nil
}

func properties(more ...string) map[string]any {
	p := map[string]any{"ClusterArn": arn, "NodeRole": "node-role", "ServiceToken": "arn:aws:lambda:..."}
	for i := 0; i < len(more); i += 2 {
		p[more[i]] = more[i+1]
	}
	return p
}

func (w *world) handle(kind cfn.RequestType, p map[string]any) (string, map[string]any, error) {
	w.calls, w.told = nil, nil
	return w.handler.Handle(w.t.Context(), cfn.Event{RequestType: kind, RequestID: "r", ResourceProperties: p})
}

func TestCreate(t *testing.T) {
	w := newWorld(t)
	id, data, err := w.handle(cfn.RequestCreate, properties("RolePrefix", "arn:aws:iam::123456789012:role/slipway-", "MaxHourlyPrice", "12.5"))
	if err != nil {
		t.Fatal(err)
	}
	if id != "slipway-"+model.KeyOf(arn) || data["ClusterUID"] != "uid-1" || data["ClusterKey"] != model.KeyOf(arn) {
		t.Errorf("id %s, data %v", id, data)
	}
	want := []string{
		"ClusterRole slipway", "ClusterRoleBinding slipway",
		"CustomResourceDefinition capacitybuffers.autoscaling.x-k8s.io", "CustomResourceDefinition ec2nodeclasses.karpenter.k8s.aws",
		"CustomResourceDefinition nodeclaims.karpenter.sh", "CustomResourceDefinition nodeoverlays.karpenter.sh",
		"CustomResourceDefinition nodepools.karpenter.sh",
		"EC2NodeClass default", "FlowSchema slipway", "NodePool slipway-general-purpose", "NodePool slipway-system",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(w.objects))); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	wantCluster := model.Cluster{
		Name: "prod", Key: model.KeyOf(arn), ARN: arn, Region: "us-east-1", UID: "uid-1", Mode: model.Active,
		RolePrefix: "arn:aws:iam::123456789012:role/slipway-", Settings: model.Settings{MaxPrice: 12_500_000},
	}
	if diff := cmp.Diff(wantCluster, w.registered[model.KeyOf(arn)]); diff != "" {
		t.Errorf("registered (-want +got):\n%s", diff)
	}
	if len(w.told) != 1 || w.told[0].DetailType != events.KindClassChanged {
		t.Errorf("told %v: catalog is not woken", w.told)
	}
}

func TestUpdateWritesOnlyChanges(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.handle(cfn.RequestCreate, properties()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.handle(cfn.RequestUpdate, properties("Mode", "report")); err != nil {
		t.Fatal(err)
	}
	if wrote := w.wrote(); len(wrote) != 0 {
		t.Errorf("wrote %v", wrote)
	}
	if got := w.registered[model.KeyOf(arn)].Mode; got != model.Report {
		t.Errorf("registered as %q", got)
	}
}

func TestNewerDefinitionsStay(t *testing.T) {
	w := newWorld(t)
	definitions, err := crd.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	newer, older := definitions[0].DeepCopy(), definitions[1].DeepCopy()
	newer.SetAnnotations(map[string]string{crd.AnnotationVersion: "9.0.0"})
	older.SetAnnotations(map[string]string{crd.AnnotationVersion: "0.1.0"})
	w.store(newer)
	w.store(older)
	if _, _, err := w.handle(cfn.RequestCreate, properties()); err != nil {
		t.Fatal(err)
	}
	for o, want := range map[*crd.Object]string{newer: "9.0.0", older: crd.KarpenterVersion} {
		if got := w.objects[key(o)].GetAnnotations()[crd.AnnotationVersion]; got != want {
			t.Errorf("%s is of %s, want %s", key(o), got, want)
		}
	}
}

func TestDefaultPools(t *testing.T) {
	definitions, err := crd.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	own := func(w *world) {
		for _, d := range definitions {
			w.store(d)
		}
		pool := &crd.Object{}
		pool.SetKind("NodePool")
		pool.SetName("mine")
		w.store(pool)
	}
	for name, test := range map[string]struct {
		before     func(*world)
		properties map[string]any
		made       bool
		words      string // of the error
	}{
		"none there":              {func(*world) {}, properties(), true, ""},
		"switched off":            {func(*world) {}, properties("DefaultPools", "false"), false, ""},
		"there is one":            {own, properties(), false, ""},
		"no role":                 {func(*world) {}, properties("NodeRole", ""), false, "NodeRole"},
		"no role, but none asked": {func(*world) {}, properties("NodeRole", "", "DefaultPools", "false"), false, ""},
		"no role, but own pools":  {own, properties("NodeRole", ""), false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			test.before(w)
			_, _, err := w.handle(cfn.RequestCreate, test.properties)
			if got := fmt.Sprint(err); (err != nil) != (test.words != "") || !strings.Contains(got, test.words) {
				t.Errorf("error %v, want %q", err, test.words)
			}
			if got := w.objects["NodePool "+crd.PoolGeneral] != nil; got != test.made {
				t.Errorf("made %t, want %t", got, test.made)
			}
		})
	}
}

func TestDeleteTouchesNothing(t *testing.T) {
	w := newWorld(t)
	id, _, err := w.handler.Handle(t.Context(), cfn.Event{RequestType: cfn.RequestDelete, PhysicalResourceID: "slipway-x"})
	if err != nil || id != "slipway-x" || len(w.calls) != 0 {
		t.Errorf("id %s, error %v, calls %v", id, err, w.calls)
	}
}

// Whichever call fails once, the same request again leaves what an undisturbed one leaves.
func TestAnyCallFailsOnce(t *testing.T) {
	calm := newWorld(t)
	if _, _, err := calm.handle(cfn.RequestCreate, properties()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Dial", "UID", "Get", "Create", "HasPools", "Pause", "PutCluster", "Put"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.once[name] = &model.Error{Kind: model.NoAnswer, Op: name}
			if _, _, err := w.handle(cfn.RequestCreate, properties()); err == nil {
				t.Error("no error")
			}
			if _, _, err := w.handle(cfn.RequestCreate, properties()); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(calm.objects)), slices.Sorted(maps.Keys(w.objects))); diff != "" {
				t.Errorf("objects (-calm +disturbed):\n%s", diff)
			}
		})
	}
}

func TestRacesAreTriedAgain(t *testing.T) {
	for call, kind := range map[string]model.ErrorKind{"Create": model.AlreadyExists, "Get": model.Conflict} {
		w := newWorld(t)
		w.once[call] = &model.Error{Kind: kind, Op: call}
		if _, _, err := w.handle(cfn.RequestCreate, properties()); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestWrongProperties(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.handle(cfn.RequestCreate, map[string]any{
		"ClusterArn": "arn:aws:s3:::bucket", "Mode": "loud", "DefaultPools": "maybe", "LaunchesPerMinute": "-1",
		"MaxHourlyPrice": "much", "SubnetIds": "subnet-1", "SecurityGroupIds": []any{1.0}, "NodeRole": 7.0,
	})
	for _, name := range []string{"ClusterArn", "Mode", "DefaultPools", "LaunchesPerMinute", "MaxHourlyPrice", "SubnetIds", "SecurityGroupIds", "NodeRole"} {
		if !strings.Contains(fmt.Sprint(err), "property "+name+": ") {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	if len(w.calls) != 0 {
		t.Errorf("calls %v", w.calls)
	}
}

// CloudFormation's answer may have 4 KB in all.
func TestLongErrorsAreCut(t *testing.T) {
	w := newWorld(t)
	w.once["Dial"] = errors.New(strings.Repeat("x", 10_000))
	if _, _, err := w.handle(cfn.RequestCreate, properties()); err == nil || len(err.Error()) > 1100 {
		t.Errorf("error of %d bytes", len(fmt.Sprint(err)))
	}
}
