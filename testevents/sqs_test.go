package testevents_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	lambda "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/testevents"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/batches.txt; read the difference before committing it")

// reader is a function that reads from a queue, reduced to what it does with its batch.
type reader struct{ strings.Builder }

func (r *reader) say(format string, args ...any) { fmt.Fprintf(r, format+"\n", args...) }

func (r *reader) Keep(_ context.Context, group, body, reason string) error {
	r.say("  keep     group=%s %d bytes: %s", group, len(body), reason)
	return nil
}

func (r *reader) Observe(_ context.Context, _, id, outcome string, _ error) {
	r.say("  %-8s ...%s", outcome, id[len(id)-2:])
}

func (r *reader) decide(_ context.Context, group string, woken []events.Event) error {
	for _, event := range woken {
		r.say("  wake     group=%s %s %q of %s", group, event.Head().ID, event.Kind(), event.Head().ClusterName)
	}
	return nil
}

// TestBatches takes every batch through the loop and the decoder together, as a function does.
func TestBatches(t *testing.T) {
	paths, err := testevents.List("sqs")
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{}
	for _, path := range paths {
		raw, err := testevents.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		var sqs lambda.SQSEvent
		if err := json.Unmarshal(raw, &sqs); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		r.say("%s", path)
		open := func(record batch.Record) (events.Event, error) { return events.Decode([]byte(record.Body)) }
		response, err := batch.Groups(context.Background(), batch.Loop{DeadLetters: r, Observer: r, Now: time.Now}, sqs, open, r.decide)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		answer, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		r.say("  answer   %s", answer)
	}
	golden(t, "testdata/batches.txt", r.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
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

// TestEveryKindHasAGoldenEvent, and it is found under the kind's name.
func TestEveryKindHasAGoldenEvent(t *testing.T) {
	paths, err := testevents.List("slipway")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, kind := range events.Kinds() {
		name := strings.ToLower(strings.ReplaceAll(kind.DetailType, " ", "-"))
		want = append(want, kind.Source+"/"+name+".json")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("-kinds +files:\n%s", diff)
	}
}
