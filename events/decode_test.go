package events_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/testevents"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/*.txt; read the difference before committing it")

func list(t testing.TB, folders ...string) []string {
	t.Helper()
	paths, err := testevents.List(folders...)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := testevents.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name + ".txt"
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got:\n%s", file, diff)
	}
}

// TestRefused is a table of everything that Decode refuses, with the reason that a person finds
// beside the raw body, and with what becomes of it in a queue.
func TestRefused(t *testing.T) {
	var table strings.Builder
	for _, path := range list(t, "malformed", "newer", "unknown", "aws.ec2") {
		event, err := events.Decode(read(t, path))
		var refused *events.DecodeError
		if !errors.As(err, &refused) || event != nil {
			t.Errorf("%s: event %v, error %v", path, event, err)
			continue
		}
		fate := "comes again"
		switch {
		case refused.Permanent():
			fate = "kept"
		case refused.Ignorable():
			fate = "ignored"
		}
		fmt.Fprintf(&table, "%s\n\t%s: %v\n", path, fate, err)
	}
	golden(t, "refused", table.String())
}

func TestClasses(t *testing.T) {
	for folder, class := range map[string]error{
		"malformed": events.ErrMalformed, "newer": events.ErrNewerSchema,
		"unknown": events.ErrUnknown, "aws.ec2": events.ErrUnknown,
	} {
		for _, path := range list(t, folder) {
			if _, err := events.Decode(read(t, path)); !errors.Is(err, class) {
				t.Errorf("%s: error %v, want %v", path, err, class)
			}
		}
	}
}

// FuzzDecode: whatever comes, Decode does not panic; it either refuses with a class, or returns an
// event that can be sent and read again unchanged.
func FuzzDecode(f *testing.F) {
	for _, path := range list(f, "slipway", "malformed", "newer", "unknown", "aws.ec2") {
		f.Add(read(f, path))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		event, err := events.Decode(body)
		if err != nil {
			var refused *events.DecodeError
			if !errors.As(err, &refused) || refused.Class == nil || refused.Kind() == "" {
				t.Fatalf("error without a class: %v", err)
			}
			return
		}
		entry, err := events.Encode(event)
		if errors.Is(err, events.ErrTooLarge) {
			return
		}
		if err != nil {
			t.Fatalf("decoded, but: %v", err)
		}
		again, err := events.Decode(wrap(t, entry))
		if err != nil {
			t.Fatalf("encoded, but: %v", err)
		}
		if diff := cmp.Diff(event, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("round trip: -sent +read:\n%s", diff)
		}
	})
}

// wrap does what EventBridge does with an entry.
func wrap(t testing.TB, entry events.Entry) []byte {
	t.Helper()
	raw, err := json.Marshal(events.Envelope{
		Version: "0", ID: "given-by-the-bus", Source: entry.Source, DetailType: entry.DetailType,
		Account: "111122223333", Region: "eu-west-1", Detail: json.RawMessage(entry.Detail),
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// compactDetail is the detail of a golden envelope, as one line.
func compactDetail(t testing.TB, raw []byte) string {
	t.Helper()
	var env events.Envelope
	var line bytes.Buffer
	if err := errors.Join(json.Unmarshal(raw, &env), json.Compact(&line, env.Detail)); err != nil {
		t.Fatal(err)
	}
	return line.String()
}
