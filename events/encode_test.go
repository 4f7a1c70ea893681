package events_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
)

// TestEncodeRefuses: what Decode would not take never reaches the bus.
func TestEncodeRefuses(t *testing.T) {
	good := head("e1", "")
	changed := func(change func(*events.Header)) events.Header {
		h := good
		change(&h)
		return h
	}
	tests := map[string]struct {
		event events.Event
		want  string
	}{
		"zero header":                {events.PoolChanged{Pools: []string{"p"}}, "schema 0"},
		"newer schema":               {events.NewPoolChanged(changed(func(h *events.Header) { h.Schema++ }), []string{"p"}), "schema 2"},
		"cluster's name for its key": {events.NewPoolChanged(changed(func(h *events.Header) { h.Cluster = "demo" }), []string{"p"}), "12 hex digits"},
		"upper case key":             {events.NewPoolChanged(changed(func(h *events.Header) { h.Cluster = "3F9A0C5D7E21" }), []string{"p"}), "12 hex digits"},
		"no id":                      {events.NewPoolChanged(changed(func(h *events.Header) { h.ID = "" }), []string{"p"}), "id is missing"},
		"no time":                    {events.NewPoolChanged(changed(func(h *events.Header) { h.At = time.Time{} }), []string{"p"}), "at is missing"},
		"detail":                     {events.NewPoolChanged(good, nil), "no names"},
		"not a number":               {events.NewPlanDecided(good, events.PlanDecided{Cost: math.NaN()}), "NaN"},
		"not ours":                   {foreign{}, "not an event of ours"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if entry, err := events.Encode(tt.event); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Encode: %+v, error %v, want %q", entry, err, tt.want)
			}
			if body, err := events.Message(tt.event); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Message: %q, error %v, want %q", body, err, tt.want)
			}
		})
	}
}

type foreign struct{}

func (foreign) Kind() string        { return "Foreign" }
func (foreign) Head() events.Header { return events.Header{} }

// TestSizes: an event of the longest lists of the longest names fits; what does not is refused
// before the bus refuses it.
func TestSizes(t *testing.T) {
	longest := make([]string, events.MaxNames)
	for i := range longest {
		longest[i] = strings.Repeat("n", 253)
	}
	entry, err := events.Encode(events.NewNodeChanged(head("e1", "e0"), longest, longest))
	if err != nil {
		t.Fatal(err)
	}
	if size := entry.Size(); size > events.MaxEntrySize || size < events.MaxEntrySize*9/10 {
		t.Errorf("%d bytes", size)
	}
	if _, err := events.Encode(events.NewNodeChanged(head("e1", ""), append(longest, longest...), longest)); !errors.Is(err, events.ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}

func TestChunks(t *testing.T) {
	names := strings.Split(strings.Repeat("n,", 2*events.MaxNames)+"n", ",")
	var sizes []int
	for _, chunk := range events.Chunks(names) {
		sizes = append(sizes, len(chunk))
	}
	if diff := cmp.Diff([]int{events.MaxNames, events.MaxNames, 1}, sizes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if chunks := events.Chunks(nil); len(chunks) != 0 {
		t.Errorf("no names: %d chunks", len(chunks))
	}
}

func TestBatches(t *testing.T) {
	small := events.Entry{Source: "s", DetailType: "t", Detail: "{}"}
	big := events.Entry{Detail: strings.Repeat("x", events.MaxEntrySize*2/3)}
	whole := events.Entry{Detail: strings.Repeat("x", events.MaxEntrySize)}
	many := func(n int) []events.Entry {
		entries := make([]events.Entry, n)
		for i := range entries {
			entries[i] = small
		}
		return entries
	}
	tests := map[string]struct {
		entries []events.Entry
		want    []int
	}{
		"none":        {nil, nil},
		"one":         {many(1), []int{1}},
		"ten":         {many(10), []int{10}},
		"eleven":      {many(11), []int{10, 1}},
		"by size":     {[]events.Entry{small, big, big, small}, []int{2, 2}},
		"one is full": {[]events.Entry{whole, whole, small}, []int{1, 1, 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var sizes []int
			var all []events.Entry
			for _, batch := range events.Batches(tt.entries) {
				sizes = append(sizes, len(batch))
				all = append(all, batch...)
			}
			if diff := cmp.Diff(tt.want, sizes); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.entries, all); diff != "" {
				t.Errorf("entries: -given +batched:\n%s", diff)
			}
		})
	}
}

// TestMessage: a message that its sender puts into a queue reads like one that came over the bus.
func TestMessage(t *testing.T) {
	for name, event := range goldenEvents() {
		body, err := events.Message(event)
		if err != nil {
			t.Fatal(err)
		}
		got, err := events.Decode([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(event, got); diff != "" {
			t.Errorf("%s: -sent +read:\n%s", name, diff)
		}
	}
}
