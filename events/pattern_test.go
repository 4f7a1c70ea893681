package events_test

import (
	"testing"

	"quamina.net/go/quamina"

	"github.com/slipway-dev/slipway/events"
)

// TestPatternOfOne: a kind's own pattern and the one that PatternOf would make are the same.
func TestPatternOfOne(t *testing.T) {
	for _, kind := range events.Kinds() {
		if got := events.PatternOf(kind.DetailType); kind.Pattern != "" && got != kind.Pattern {
			t.Errorf("PatternOf(%q) = %s, its own is %s", kind.DetailType, got, kind.Pattern)
		}
	}
}

func TestPatternOfSeveral(t *testing.T) {
	matcher, err := quamina.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := matcher.AddPattern("both", events.PatternOf(events.KindTick, events.KindPodsPending)); err != nil {
		t.Fatal(err)
	}
	for _, path := range list(t, "slipway", "unknown") {
		matches, err := matcher.MatchesForEvent(read(t, path))
		if err != nil {
			t.Fatal(err)
		}
		want := path == "slipway/tick.json" || path == "slipway/pods-pending.json"
		if got := len(matches) == 1; got != want {
			t.Errorf("%s: matched %t, want %t", path, got, want)
		}
	}
}
