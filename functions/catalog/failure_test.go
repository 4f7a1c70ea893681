package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// Whichever call fails once, the same event delivered again leaves what an undisturbed run leaves.
func TestAnyCallFailsOnce(t *testing.T) {
	calm := newWorld(t)
	calm.poolChanged()
	seen := map[string]bool{}
	for _, c := range calm.calls {
		name, _, _ := strings.Cut(c, " ")
		if seen[name] {
			continue
		}
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fail[name] = &model.Error{Kind: model.Throttled, Op: name}
			err := w.wake(events.NewPoolChanged(w.head(), []string{"general"}))
			if forgiven := name == "Spot" || name == "OnDemand"; (err == nil) != forgiven {
				t.Errorf("error %v", err)
			}
			delete(w.fail, name)
			w.restart()
			w.now = w.now.Add(6 * time.Minute) // until then prices may be those of the first catalog
			w.poolChanged()
			ignore := cmpopts.IgnoreFields(model.Catalog{}, "At")
			if diff := cmp.Diff(calm.catalog, w.catalog, ignore); diff != "" {
				t.Errorf("catalog (-undisturbed +again):\n%s", diff)
			}
			if !w.pools["general"].Conditions.IsTrue(model.Ready) {
				t.Errorf("pool %+v", w.pools["general"].Conditions)
			}
			if len(w.templates) != len(calm.templates) || len(w.profiles) != len(calm.profiles) {
				t.Errorf("%d templates and %d profiles", len(w.templates), len(w.profiles))
			}
		})
	}
	if len(seen) < 18 {
		t.Errorf("only %d kinds of calls were seen: %v", len(seen), seen)
	}
}

// A class about which nothing can be said now stays as it was; others go on.
func TestClassThatCanNotBeLookedUp(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()
	before := *w.catalog.Class("default")
	w.now = w.now.Add(2 * time.Minute)
	w.fail["Subnets"] = &model.Error{Kind: model.Throttled, Op: "describe subnets"}
	w.putClass(model.EC2NodeClass{Name: "other", Hash: "h2", Family: model.FamilyAL2023, Profile: "given"})
	if err := w.wake(events.NewClassChanged(w.head(), []string{"other"})); err == nil {
		t.Error("no error: the event would not come again")
	}
	if diff := cmp.Diff(&before, w.catalog.Class("default")); diff != "" {
		t.Errorf("the class changed (-before +after):\n%s", diff)
	}
	if w.catalog.Class("other") == nil {
		t.Error("the other class is missing")
	}
	if !w.classes["default"].Status.Conditions.IsTrue(model.Ready) {
		t.Error("a failed call made the class not ready")
	}
}

func TestPricesThatCanNotBeRead(t *testing.T) {
	for name, between := range map[string]func(*world){
		"this process knows":     func(w *world) { w.now = w.now.Add(13 * time.Hour) },
		"the last catalog knows": func(w *world) { w.restart(); w.now = w.now.Add(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.poolChanged()
			before := w.catalog
			between(w)
			w.fail["OnDemand"] = &model.Error{Kind: model.Denied, Op: "get products"}
			w.fail["Spot"] = &model.Error{Kind: model.NoAnswer, Op: "describe spot prices"}
			w.poolChanged()
			if diff := cmp.Diff(before.Types, w.catalog.Types); diff != "" {
				t.Errorf("types (-before +after):\n%s", diff)
			}
		})
	}
}

// A write that met somebody else's is no failure: all is read and tried again.
func TestConflictOnce(t *testing.T) {
	for _, write := range []string{"PutCatalog", "AnnotateClass", "PatchClassStatus", "AnnotatePool", "PatchPoolStatus"} {
		w := newWorld(t)
		w.once[write] = &model.Error{Kind: model.Conflict, Op: write}
		w.poolChanged()
		if !w.pools["general"].Conditions.IsTrue(model.Ready) || w.catalog == nil {
			t.Errorf("%s: not tried again", write)
		}
	}
}

// Another run made the profile at the same time: it is as it should be.
func TestProfileMadeBesideUs(t *testing.T) {
	w := newWorld(t)
	w.once["CreateProfile"] = &model.Error{Kind: model.AlreadyExists, Op: "create"}
	w.once["AddRole"] = &model.Error{Kind: model.QuotaExceeded, Op: "add role"}
	w.poolChanged()
	if c := w.classes["default"].Status.Conditions.Get("InstanceProfileReady"); c.Status != model.True {
		t.Errorf("InstanceProfileReady is %+v", c)
	}
}

func TestConflictForEver(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()
	stale := w.catalog
	w.now = w.now.Add(time.Hour)
	w.spot[0].Price++
	w.fail["PutCatalog"] = &model.Error{Kind: model.Conflict, Op: "put"}
	if err := w.wake(events.NewPoolChanged(w.head(), []string{"general"})); !model.IsKind(err, model.Conflict) {
		t.Errorf("error %v", err)
	}
	if n := w.called("PutCatalog"); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
	if w.catalog != stale {
		t.Error("the catalog was written")
	}
}

// A tick whose cluster does not answer is acknowledged: the next one repeats it.
func TestTickOfASilentCluster(t *testing.T) {
	w := newWorld(t)
	w.fail["Connect"] = &model.Error{Kind: model.NoAnswer, Op: "connect"}
	if err := w.wake(events.NewTick(w.head(), w.now)); err != nil {
		t.Errorf("tick: %v", err)
	}
	if err := w.wake(events.NewPoolChanged(w.head(), []string{"general"})); err == nil {
		t.Error("a change was acknowledged unread")
	}
}

// In a cluster that is only reported on nothing is made and nothing written but the catalog.
func TestReport(t *testing.T) {
	w := newWorld(t)
	w.cluster.Mode = model.Report
	w.poolChanged()
	for _, write := range []string{"PatchPoolStatus", "PatchClassStatus", "AnnotateClass", "AnnotatePool", "CreateProfile", "AddRole", "CreateTemplate"} {
		if n := w.called(write); n != 0 {
			t.Errorf("%d calls of %s", n, write)
		}
	}
	class := w.catalog.Class("default")
	if class == nil || class.NotReady != "" || class.Template("general", w.pools["general"].Hash, "ami-x") == nil {
		t.Errorf("class %+v: a decision has nothing to decide on", class)
	}
}

func TestPoolsOfOtherClassesAreLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.putPool(model.NodePool{Name: "auto-mode", Class: model.ClassRef{Group: "eks.amazonaws.com", Kind: "NodeClass", Name: "default"}})
	w.poolChanged()
	if p := w.pools["auto-mode"]; len(p.Conditions) != 0 || len(p.Annotations) != 0 {
		t.Errorf("wrote %+v onto it", p)
	}
}

func TestProfileOfSomebodyElse(t *testing.T) {
	w := newWorld(t)
	w.poolChanged()
	for name := range w.profiles {
		w.profiles[name] = "another-role"
	}
	w.now = w.now.Add(time.Hour)
	w.poolChanged()
	if c := w.classes["default"].Status.Conditions.Get("InstanceProfileReady"); c.Status != model.False || !strings.Contains(c.Message, "another-role") {
		t.Errorf("InstanceProfileReady is %+v", c)
	}
}
