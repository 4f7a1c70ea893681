package sched_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched"
)

var seeds = flag.Uint64("seeds", 400, "random clusters to decide about")

// TestProperties decides about random clusters. What fails is printed as a script.
func TestProperties(t *testing.T) {
	for seed := range *seeds {
		checkSeed(t, seed)
	}
}

func FuzzDecide(f *testing.F) {
	f.Add(uint64(1768))
	f.Fuzz(checkSeed)
}

func checkSeed(t *testing.T, seed uint64) {
	script := randomScript(seed)
	w := newWorld(t)
	w.run(script)
	before := marshal(t, w.snapshot)
	w.decide()
	faults := check(w.now, w.snapshot, w.last)
	plan, other := marshal(t, w.last), marshal(t, sched.Decide(w.now, shuffled(w.snapshot, seed), model.Evaluation{}, w.settings))
	if other != plan {
		faults = append(faults, "another order of the input makes another plan:\n"+plan+"\n"+other)
	}
	if !sameButTemplates(t, before, w.snapshot) {
		faults = append(faults, "the snapshot was changed")
	}
	faults = append(faults, w.settles()...)
	if len(faults) > 0 {
		t.Fatalf("seed %d:\n%s\n\n%v", seed, script, faults)
	}
}

// settles carries Plans out until one has nothing to do. When every pod has a place that is the next one. When some
// have none, a launch may open room for them: it turns out as one type, where it counted as the least of many for
// room and as the largest for limits.
func (w *world) settles() []string {
	rounds := 1
	if len(w.last.Unplaced) > 0 {
		rounds = 20
	}
	var story []string
	for range rounds {
		story = append(story, printed(w.last))
		w.snapshot = apply(w.snapshot, w.last, w.now)
		if w.again() == "nothing to do\n" {
			return nil
		}
		w.now = w.now.Add(time.Minute) // for the cap on launches
	}
	return append(story, "and still there is something to do:", printed(w.last))
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sameButTemplates compares a snapshot with what it was before the world gave its classes templates.
func sameButTemplates(t *testing.T, before string, s model.Snapshot) bool {
	catalog := *s.Catalog
	catalog.Classes = append([]model.ResolvedClass(nil), catalog.Classes...)
	for i := range catalog.Classes {
		catalog.Classes[i].Templates = nil
	}
	s.Catalog = &catalog
	return marshal(t, s) == before
}

func shuffled(s model.Snapshot, seed uint64) model.Snapshot {
	r := rand.New(rand.NewPCG(seed, 9))
	catalog := *s.Catalog
	s.Catalog = &catalog
	s.Pods = mixed(r, s.Pods)
	s.Nodes = mixed(r, s.Nodes)
	s.Claims = mixed(r, s.Claims)
	s.Pools = mixed(r, s.Pools)
	s.DaemonSets = mixed(r, s.DaemonSets)
	s.Lane.Unavailable = mixed(r, s.Lane.Unavailable)
	catalog.Types = mixed(r, catalog.Types)
	catalog.Classes = mixed(r, catalog.Classes)
	return s
}

func mixed[T any](r *rand.Rand, list []T) []T {
	out := append([]T(nil), list...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
