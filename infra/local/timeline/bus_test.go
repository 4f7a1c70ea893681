package timeline

import (
	"flag"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/testevents"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden words; read the diff before you commit it")

// TestWords: every golden event of ours in the words that people read. What is no news says so.
func TestWords(t *testing.T) {
	paths, err := testevents.List("slipway")
	if err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	for _, p := range paths {
		raw, err := testevents.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		event, err := events.Decode(raw)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		e, ok := entry(event)
		if !ok {
			e.Who, e.What = "-", "no news"
		}
		fmt.Fprintf(&words, "%s\n  %s: %s\n", path.Base(p), e.Who, strings.ReplaceAll(e.What, "\n", "\n    "))
	}
	const golden = "testdata/words.txt"
	if *rewrite {
		if err := os.WriteFile(golden, []byte(words.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), words.String()); diff != "" {
		t.Errorf("words (go test -run Words -rewrite): -want +got:\n%s", diff)
	}
}

// TestRefusals: a launch that was refused a hundred times does not fill the screen.
func TestRefusals(t *testing.T) {
	var e events.FleetLaunched
	e.Launch, e.Attempt, e.Claims = "l-1", 1, []string{"c1"}
	for range 100 {
		e.Errors = append(e.Errors, events.LaunchError{Code: "InsufficientInstanceCapacity", Type: "c6a.large", Zone: "us-east-1a", CapacityType: "spot"})
	}
	lines := strings.Split(launched(e), "\n")
	if len(lines) != 2+shownErrors || lines[0] != "launch l-1 attempt 1: 0 of 1 instance" || lines[len(lines)-1] != "refused 96 more" {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
}
