package catalog_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

func TestFirstCatalog(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()

	if w.catalog == nil {
		t.Fatal("no catalog")
	}
	var types []string
	for _, x := range w.catalog.Types {
		types = append(types, x.Name)
	}
	if diff := cmp.Diff([]string{"m5.large", "m7g.large"}, types); diff != "" {
		t.Errorf("types with a price, for Linux (-want +got):\n%s", diff)
	}
	wantOfferings := []model.Offering{
		{Zone: "us-east-1a", CapacityType: model.OnDemand, Price: 96_000},
		{Zone: "us-east-1a", CapacityType: model.Spot, Price: 30_000},
		{Zone: "us-east-1b", CapacityType: model.OnDemand, Price: 96_000},
	}
	if diff := cmp.Diff(wantOfferings, w.catalog.Types[0].Offerings); diff != "" {
		t.Errorf("offerings of m5.large (-want +got):\n%s", diff)
	}
	if got := len(w.catalog.Types[1].Offerings); got != 1 {
		t.Errorf("m7g.large has %d offerings, want on demand alone: it does not come as spot", got)
	}

	class := w.catalog.Class("default")
	if class == nil || class.NotReady != "" {
		t.Fatalf("class: %+v", class)
	}
	if class.EphemeralStorage != 20<<30 {
		t.Errorf("ephemeral storage %d", class.EphemeralStorage)
	}
	// amd64 images alone: the pool is for amd64.
	for _, image := range []string{"ami-x", "ami-xn"} {
		if tpl := class.Template("general", w.pools["general"].Hash, image); tpl == nil || tpl.ID == "" || tpl.Version != "1" {
			t.Errorf("template for %s: %+v", image, tpl)
		}
	}
	if len(class.Templates) != 2 {
		t.Errorf("%d templates, want 2", len(class.Templates))
	}
	if len(w.told) != 1 || w.told[0].Kind() != events.KindCatalogChanged {
		t.Errorf("told %v", w.told)
	}
}

func TestTemplate(t *testing.T) {
	w := newWorld(t)
	w.changeClass(func(c *model.EC2NodeClass) { c.Tags = map[string]string{"cost": "1", "eks:eks-cluster-name": "lie"} })
	w.poolChanged()
	for name, spec := range w.templates {
		if !strings.HasPrefix(name, "slipway-"+w.cluster.Key+"-") {
			t.Errorf("name %s does not tell whose it is", name)
		}
		if spec.Profile == "" || w.profiles[spec.Profile] != "node-role" {
			t.Errorf("profile %q holds %q", spec.Profile, w.profiles[spec.Profile])
		}
		want := map[string]string{
			"cost": "1", "kubernetes.io/cluster/prod": "owned", "eks:eks-cluster-name": "prod",
			model.LabelNodeClass: "default", model.LabelNodePool: "general", model.TagCluster: w.cluster.Owner(),
		}
		if diff := cmp.Diff(want, spec.Tags); diff != "" {
			t.Errorf("tags (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"sg-1"}, spec.SecurityGroups); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		for _, words := range []string{
			`"cidr": "10.100.0.0/16"`, "karpenter.sh/nodepool=general", `"karpenter.sh/unregistered"`, `"team"`,
		} {
			if !strings.Contains(spec.UserData, words) {
				t.Errorf("user data lacks %s:\n%s", words, spec.UserData)
			}
		}
	}
}

func TestStatus(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()
	class, pool := w.classes["default"], w.pools["general"]
	for _, kind := range []string{
		"SubnetsReady", "SecurityGroupsReady", "AMIsReady", "InstanceProfileReady", "ValidationSucceeded",
		"PlacementGroupReady", "Ready",
	} {
		if !class.Status.Conditions.IsTrue(kind) {
			t.Errorf("class: %s is %+v", kind, class.Status.Conditions.Get(kind))
		}
	}
	for _, kind := range []string{"ValidationSucceeded", "NodeClassReady", "Ready"} {
		if !pool.Conditions.IsTrue(kind) {
			t.Errorf("pool: %s is %+v", kind, pool.Conditions.Get(kind))
		}
	}
	if len(class.Status.Subnets) != 2 || len(class.Status.SecurityGroups) != 1 || len(class.Status.Images) != 3 || class.Status.Profile == "" {
		t.Errorf("status %+v", class.Status)
	}
	if class.Annotations[model.AnnotationClassHash] != "h1" || class.Annotations[model.AnnotationClassHashVersion] != model.HashVersion {
		t.Errorf("class annotations %v", class.Annotations)
	}
	if pool.Annotations[model.AnnotationPoolHash] != pool.Hash || pool.Annotations[model.AnnotationPoolHashVersion] != model.HashVersion {
		t.Errorf("pool annotations %v", pool.Annotations)
	}
}

// Whoever writes what is there already wakes himself for ever.
func TestSecondRunWritesNothing(t *testing.T) {
	for name, between := range map[string]func(*world){
		"warm":                  func(*world) {},
		"cold":                  func(w *world) { w.restart() },
		"all that was kept old": func(w *world) { w.now = w.now.Add(24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.poolChanged()
			between(w)
			w.poolChanged()
			for _, write := range []string{"PutCatalog", "PatchPoolStatus", "PatchClassStatus", "AnnotateClass", "AnnotatePool", "Put", "CreateProfile", "AddRole"} {
				if n := w.called(write); n != 0 {
					t.Errorf("%d calls of %s", n, write)
				}
			}
		})
	}
}

// A pool applied together with its pod works at once: only its templates are made, the market is at hand.
func TestNewPoolWhenWarm(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()
	second := w.pools["general"]
	second.Name, second.Conditions, second.Annotations, second.Requirements = "second", nil, nil, nil
	w.putPool(second)
	w.poolChanged()
	for _, read := range []string{"Machines", "Zones", "Spot", "OnDemand", "Parameters", "ByID", "Details", "Subnets", "Role"} {
		if n := w.called(read); n != 0 {
			t.Errorf("%d calls of %s, all that it says is known", n, read)
		}
	}
	if n := w.called("CreateTemplate"); n != 3 {
		t.Errorf("%d templates made, want one for each image", n)
	}
	if len(w.told) != 1 || !strings.Contains(w.told[0].(events.CatalogChanged).Reason, "pool second") {
		t.Errorf("told %+v", w.told)
	}
	if !w.pools["second"].Conditions.IsTrue(model.Ready) {
		t.Errorf("conditions %+v", w.pools["second"].Conditions)
	}
}

// A cold start within minutes of the last catalog does not read the whole market before a new pool works.
func TestNewPoolWhenCold(t *testing.T) {
	for minutes, reads := range map[int]bool{1: false, 6: true} {
		w := newWorld(t)
		w.poolChanged()
		types := w.catalog.Types
		w.restart()
		w.now = w.now.Add(time.Duration(minutes) * time.Minute)
		second := w.pools["general"]
		second.Name, second.Conditions = "second", nil
		w.putPool(second)
		w.poolChanged()
		if got := w.called("Machines") > 0; got != reads {
			t.Errorf("%d minutes after the last catalog the market is read: %t, want %t", minutes, got, reads)
		}
		if diff := cmp.Diff(types, w.catalog.Types); diff != "" {
			t.Errorf("types (-before +after):\n%s", diff)
		}
	}
}

func TestIntervals(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()
	w.now = w.now.Add(6 * time.Minute)
	w.poolChanged()
	for read, want := range map[string]bool{"Machines": true, "Zones": true, "Spot": true, "Parameters": true, "Details": true, "OnDemand": false, "Role": false} {
		if got := w.called(read) > 0; got != want {
			t.Errorf("after 6 minutes %s is read: %t, want %t", read, got, want)
		}
	}
	w.now = w.now.Add(12 * time.Hour)
	w.poolChanged()
	if w.called("OnDemand") == 0 {
		t.Error("after 12 hours on-demand prices are not read")
	}
}

func TestTick(t *testing.T) {
	w := newWorld(t)
	if err := w.wake(events.NewTick(w.head(), w.now)); err != nil {
		t.Fatal(err)
	}
	if w.catalog == nil {
		t.Error("a tick refreshed nothing")
	}
}

func TestEventsThatAreNotOurs(t *testing.T) {
	w := newWorld(t)
	if err := w.wake(events.NewCatalogChanged(w.head(), "v", "r")); err != nil || len(w.calls) != 0 {
		t.Errorf("an event for somebody else: %v, calls %v", err, w.calls)
	}
	if err := w.handler.Handle(t.Context(), json.RawMessage(`{"source":"aws.ec2","detail-type":"New","detail":{}}`)); err != nil {
		t.Errorf("unknown kind: %v, want it acknowledged", err)
	}
	for _, raw := range []string{`nothing`, `{"source":"slipway","detail-type":"Pool Changed","detail":{"schema":1}}`} {
		var decoding *events.DecodeError
		if err := w.handler.Handle(t.Context(), json.RawMessage(raw)); !errors.As(err, &decoding) {
			t.Errorf("%s: %v, want an error that sends it to the failures", raw, err)
		}
	}
}
