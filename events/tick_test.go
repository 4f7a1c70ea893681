package events_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
)

// TestTickInput plays EventBridge Scheduler: it replaces the keywords in the text of the input,
// which must then be a Tick. An encoder that escapes < and > would leave it nothing to replace.
func TestTickInput(t *testing.T) {
	input, err := events.TickInput(demo)
	if err != nil {
		t.Fatal(err)
	}
	detail := strings.NewReplacer(
		"<aws.scheduler.execution-id>", "d32c5ddc-b9a3-4cb9-8c3e-8d1f2b6e7f10",
		"<aws.scheduler.scheduled-time>", "2026-11-01T10:00:00Z",
	).Replace(input)
	got, err := events.Decode(wrap(t, events.Entry{Source: events.Source, DetailType: events.KindTick, Detail: detail}))
	if err != nil {
		t.Fatal(err)
	}
	want := events.NewTick(events.NewHeader(demo, "d32c5ddc-b9a3-4cb9-8c3e-8d1f2b6e7f10", minute), minute.Add(30*time.Second))
	if diff := cmp.Diff(events.Event(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTickInputRefuses(t *testing.T) {
	for _, cluster := range []events.Cluster{{}, {Key: "demo", Name: "demo"}, {Key: demo.Key}} {
		if input, err := events.TickInput(cluster); err == nil {
			t.Errorf("%+v: %s", cluster, input)
		}
	}
}
