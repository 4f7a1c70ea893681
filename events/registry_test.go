package events_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quamina.net/go/quamina"

	"github.com/slipway-dev/slipway/events"
)

// TestPatterns matches every golden event against every pattern, in-process, as EventBridge would:
// each event is matched by its own kind's pattern only. The table is for review.
func TestPatterns(t *testing.T) {
	matcher, err := quamina.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := matcher.AddPattern("stray", events.StrayPattern); err != nil {
		t.Fatal(err)
	}
	for _, kind := range events.Kinds() {
		if kind.Pattern == "" {
			continue
		}
		if err := matcher.AddPattern(kind.DetailType, kind.Pattern); err != nil {
			t.Fatalf("pattern of %q: %v", kind.DetailType, err)
		}
	}
	var table strings.Builder
	for _, path := range list(t, "slipway", "newer", "unknown", "aws.ec2", "malformed") {
		matches, err := matcher.MatchesForEvent(read(t, path))
		if err != nil { // no JSON object: EventBridge would not have taken it
			continue
		}
		var names []string
		for _, match := range matches {
			names = append(names, match.(string))
		}
		slices.Sort(names)
		if len(names) == 0 {
			names = []string{"-"}
		}
		fmt.Fprintf(&table, "%-45s %s\n", path, strings.Join(names, ", "))
	}
	golden(t, "patterns", table.String())
}

// TestPattern: what a rule is made of is found by kind; what never travels over the bus has
// none.
func TestPattern(t *testing.T) {
	for _, kind := range events.Kinds() {
		pattern, routed := events.Pattern(kind.DetailType)
		if pattern != kind.Pattern || routed != (kind.DetailType != events.KindClaimDue) {
			t.Errorf("%q: pattern %q, routed %t", kind.DetailType, pattern, routed)
		}
	}
	if pattern, routed := events.Pattern("Window Opened"); routed {
		t.Errorf("a kind that is not registered has the pattern %q", pattern)
	}
}
