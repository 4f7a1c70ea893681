package batch_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/batch"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/*.txt with what happened; read the difference before committing it")

// TestScenarios runs testdata/*.txt. Above the line of dashes stands a batch: settings, then a
// message per line as "id group fate"; below it what happened, in order, and the answer.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			given, want, _ := strings.Cut(string(raw), "----\n")
			got := play(t, given)
			if *rewrite {
				if err := os.WriteFile(file, []byte(given+"----\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// stage is where a scenario plays: it is the dead letters, the observer, the handler and the
// clock, and writes down what is done to it.
type stage struct {
	log         strings.Builder
	now         time.Time
	keepingFail bool
}

func (s *stage) say(format string, args ...any) { fmt.Fprintf(&s.log, format+"\n", args...) }

func (s *stage) Keep(_ context.Context, group, body, reason string) error {
	if s.keepingFail {
		s.say("keep   fails")
		return errors.New("queue is gone")
	}
	s.say("keep   group=%s body=%q reason=%q", group, body, reason)
	return nil
}

func (s *stage) Observe(_ context.Context, group, id, outcome string, err error) {
	text := ""
	if err != nil {
		text, _, _ = strings.Cut(" ("+err.Error(), "\n")
		text += ")"
	}
	s.say("%-7s %s%s", outcome, id, text)
}

// foreign is an error that has never heard of this package, as a decoder's.
type foreign struct{ permanent, ignorable bool }

func (f foreign) Error() string {
	return fmt.Sprintf("foreign: permanent %t, ignorable %t", f.permanent, f.ignorable)
}
func (f foreign) Permanent() bool { return f.permanent }
func (f foreign) Ignorable() bool { return f.ignorable }

// meet does what a fate says, in open or in the handler.
func (s *stage) meet(fate string) error {
	switch fate {
	case "transient":
		return errors.New("not now")
	case "permanent":
		return fmt.Errorf("wrapped: %w", batch.Permanent(errors.New("never")))
	case "skip":
		return batch.Skip("not mine")
	case "fatal":
		return batch.Fatal(errors.New("no configuration"))
	case "foreign-permanent":
		return fmt.Errorf("wrapped: %w", foreign{permanent: true})
	case "foreign-ignorable":
		return foreign{ignorable: true}
	case "foreign-neither":
		return foreign{}
	case "panic":
		panic("index out of range")
	case "slow":
		s.now = s.now.Add(5 * time.Second)
	}
	return nil
}

// play reads a batch, runs it, and returns the log.
func play(t *testing.T, given string) string {
	t.Helper()
	s := &stage{now: time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)}
	loop := batch.Loop{DeadLetters: s, Observer: s, Margin: 2 * time.Second, Now: func() time.Time { return s.now }}
	ctx, shape, arn := context.Background(), "each", "arn:aws:sqs:eu-west-1:111122223333:q.fifo"
	var sqs events.SQSEvent
	for line := range strings.Lines(given) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		switch words[0] {
		case "shape":
			shape = words[1]
		case "standard":
			arn = strings.TrimSuffix(arn, ".fifo")
		case "keeping-fails":
			s.keepingFail = true
		case "deadline":
			left, err := time.ParseDuration(words[1])
			if err != nil {
				t.Fatal(err)
			}
			ctx = deadline{ctx, s.now.Add(left)}
		default:
			sqs.Records = append(sqs.Records, message(arn, words[0], words[1], words[2]))
		}
	}
	return s.run(ctx, t, loop, shape, sqs)
}

// deadline is a context that only says when it will end: the stage's clock is not the real one.
type deadline struct {
	context.Context
	at time.Time
}

func (d deadline) Deadline() (time.Time, bool) { return d.at, true }

func message(arn, id, group, fate string) events.SQSMessage {
	attributes := map[string]string{"SentTimestamp": "1793527200123", "ApproximateReceiveCount": "2"}
	if group != "-" {
		attributes["MessageGroupId"] = group
	}
	return events.SQSMessage{MessageId: id, Body: fate, Attributes: attributes, EventSourceARN: arn}
}

// run hands the batch to the shape. In the shape "groups" a fate that starts with "open-" is met
// when the record is opened, any other by the handler, which meets the last one of its items that
// is not "ok".
func (s *stage) run(ctx context.Context, t *testing.T, loop batch.Loop, shape string, sqs events.SQSEvent) string {
	t.Helper()
	var response batch.Response
	var err error
	switch shape {
	case "each":
		response, err = loop.Each(ctx, sqs, func(_ context.Context, r batch.Record) error {
			s.say("handle %s", r.ID)
			return s.meet(r.Body)
		})
	case "groups":
		open := func(r batch.Record) (string, error) {
			if fate, ok := strings.CutPrefix(r.Body, "open-"); ok {
				return "", s.meet(fate)
			}
			return r.ID + " " + r.Body, nil
		}
		response, err = batch.Groups(ctx, loop, sqs, open, func(_ context.Context, group string, items []string) error {
			s.say("handle group=%s %q", group, items)
			fate := "ok"
			for _, item := range items {
				if _, f, _ := strings.Cut(item, " "); f != "ok" {
					fate = f
				}
			}
			return s.meet(fate)
		})
	default:
		t.Fatalf("shape %q", shape)
	}
	if err != nil {
		s.say("error  %v", err)
		return s.log.String()
	}
	raw, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	s.say("answer %s", raw)
	return s.log.String()
}
