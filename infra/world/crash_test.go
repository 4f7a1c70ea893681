package world_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/infra/world"
)

var (
	kill    = flag.Int("kill", 0, "TestOne: the call to kill at")
	after   = flag.Bool("after", false, "TestOne: kill after the call")
	late    = flag.Bool("late", false, "TestOne: late events")
	lost    = flag.Bool("lost", false, "TestOne: lost events")
	doubled = flag.Bool("doubled", false, "TestOne: doubled events")
)

// virtual is how long each world lives: long enough for a killed function's messages to come back, several times.
const virtual = 12 * time.Minute

func run(t *testing.T, o world.Options) *world.World {
	t.Helper()
	w, err := world.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(virtual); err != nil {
		t.Fatalf("%v: %v", o, err)
	}
	return w
}

// kinds of weather that events travel through.
var weathers = map[string]world.Options{
	"calm":    {},
	"doubled": {Doubled: true},
	"lost":    {Lost: true},
	"late":    {Late: true},
}

// TestCrashes kills the functions before and after every single call that they make, in every weather.
func TestCrashes(t *testing.T) {
	for name, weather := range weathers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calm := run(t, weather)
			if faults := calm.Faults(); len(faults) > 0 {
				t.Fatalf("without a kill:\n%s", strings.Join(faults, "\n"))
			}
			runs := 0
			for call := 1; call <= calm.Calls(); call++ {
				for _, after := range []bool{false, true} {
					o := weather
					o.Kill, o.After = call, after
					w := run(t, o)
					runs++
					if faults := w.Faults(); len(faults) > 0 {
						t.Errorf("%v:\n%s", o, strings.Join(faults, "\n"))
					}
					if w.Launched() > calm.Launched() {
						t.Errorf("%v: %d instances launched, %d without the kill", o, w.Launched(), calm.Launched())
					}
				}
			}
			t.Logf("%d kills at %d calls", runs, calm.Calls())
		})
	}
}

// TestCrashesSeen is the check of the check: without the launch record a kill must be seen as an instance without a
// claim, or a claim with two.
func TestCrashesSeen(t *testing.T) {
	o := world.Options{Forgetful: true}
	calm := run(t, o)
	if faults := calm.Faults(); len(faults) > 0 {
		t.Fatalf("without a kill the record is not needed, yet:\n%s", strings.Join(faults, "\n"))
	}
	red := 0
	for call := 1; call <= calm.Calls(); call++ {
		o.Kill, o.After = call, true
		if len(run(t, o).Faults()) > 0 {
			red++
		}
	}
	if red == 0 {
		t.Error("the launch record was taken out, and nothing went wrong")
	}
	t.Logf("%d of %d kills are seen", red, calm.Calls())
}

// TestOne runs the world of the flags, for looking at one kill: go test -run One -kill 160 -after.
func TestOne(t *testing.T) {
	if *kill == 0 {
		t.Skip("no -kill")
	}
	w := run(t, world.Options{Kill: *kill, After: *after, Late: *late, Lost: *lost, Doubled: *doubled})
	t.Logf("%s", w.Trace())
	for _, f := range w.Faults() {
		t.Error(f)
	}
}

// TestReproducible: the same options make the same run, call by call.
func TestReproducible(t *testing.T) {
	o := world.Options{Late: true, Kill: 20, After: true}
	if diff := cmp.Diff(run(t, o).Trace(), run(t, o).Trace()); diff != "" {
		t.Errorf("two runs of the same options differ:\n%s", diff)
	}
}
