package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/*.jsonl; read the difference before committing it")

func now() time.Time { return time.Date(2026, 11, 1, 10, 0, 0, 120e6, time.UTC) }

func settings() telemetry.Settings {
	return telemetry.Settings{Function: "provision", Version: "v1", Level: slog.LevelInfo, Now: now}
}

var subject = telemetry.Subject{Cluster: "0123456789ab", ClusterName: "demo", Event: "e2", Cause: "e1"}

// golden compares lines with testdata/name.jsonl.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".jsonl")
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

func TestLog(t *testing.T) {
	var out bytes.Buffer
	tel := telemetry.New(&out, settings())
	tel.Log().Info("started")
	scope := tel.About(subject)
	scope.Log.Debug("not written: below the level")
	scope.Log.Warn("pods < nodes", "claims", 3, "error", errors.New("no & never"))
	scope.Log.WithGroup("plan").With("epoch", 7).Info("decided", "time", "its own")
	golden(t, "log", out.String())
}

// useAll calls every method of the vocabulary once.
func useAll(s *telemetry.Scope) {
	s.EventReceived("Tick")
	s.EventUnknown("Something Else")
	s.EventMalformed("Tick")
	s.EventKept("Tick")
	s.MessageReturned("retried")
	s.TickUnanswered()
	s.Decision()
	s.OwnTime(12345 * time.Microsecond)
	s.ClaimsCreated(4)
	s.PodsUnplaced(2)
	s.Launch()
	s.LaunchError("InsufficientInstanceCapacity")
	s.NodeRegistered(31500 * time.Millisecond)
	s.NodeInitialized(42 * time.Second)
	s.CapHit("launches a minute")
	s.BreakerOpened()
	s.EventPublished("Pods Pending")
	s.WatchFailed("pods")
}

func TestVocabulary(t *testing.T) {
	var out bytes.Buffer
	tel := telemetry.New(&out, settings())
	useAll(tel.About(subject))
	if err := tel.Flush(); err != nil {
		t.Fatal(err)
	}
	golden(t, "vocabulary", out.String())
	for _, metric := range telemetry.Vocabulary() {
		if !strings.Contains(out.String(), `"Name":"`+metric.Name+`"`) {
			t.Errorf("%s: no method of useAll adds to it", metric.Name)
		}
	}
}

// TestSums: counts are summed until they are flushed, values are kept apart, and every cluster
// has its own.
func TestSums(t *testing.T) {
	var out bytes.Buffer
	tel := telemetry.New(&out, settings())
	demo, other := tel.About(subject), tel.About(telemetry.Subject{Cluster: "ba9876543210", ClusterName: "other"})
	demo.ClaimsCreated(4)
	demo.ClaimsCreated(3)
	other.ClaimsCreated(1)
	demo.OwnTime(time.Millisecond)
	demo.OwnTime(3 * time.Millisecond)
	demo.EventReceived("Tick")
	demo.EventReceived("Pods Pending")
	demo.EventReceived("Tick")
	if err := tel.Flush(); err != nil {
		t.Fatal(err)
	}
	golden(t, "sums", out.String())
	out.Reset()
	if err := tel.Flush(); err != nil || out.Len() > 0 {
		t.Errorf("a second flush: error %v, wrote %q", err, out.String())
	}
}

// document is what CloudWatch reads of a line.
type document struct {
	Meta struct {
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
}

// TestFormat checks what the embedded metric format demands of any line: every dimension is a
// member that is a string CloudWatch takes, every metric a member of at most 100 numbers, and no
// number is lost.
func TestFormat(t *testing.T) {
	var out bytes.Buffer
	tel := telemetry.New(&out, settings())
	scope := tel.About(subject)
	const many = 250
	for i := range many {
		scope.OwnTime(time.Duration(i) * time.Millisecond)
	}
	useAll(scope)
	scope.EventUnknown("")
	scope.EventUnknown("grüße\n" + strings.Repeat("x", 300))
	tel.About(telemetry.Subject{}).Decision()
	if err := tel.Flush(); err != nil {
		t.Fatal(err)
	}
	ownTimes := 0
	for line := range strings.Lines(out.String()) {
		ownTimes += len(checkLine(t, line)["OwnTime"])
	}
	if ownTimes != many+1 {
		t.Errorf("%d values of OwnTime, want %d", ownTimes, many+1)
	}
}

func checkLine(t *testing.T, line string) map[string][]float64 {
	t.Helper()
	var doc document
	var root map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal([]byte(line), &doc), json.Unmarshal([]byte(line), &root)); err != nil {
		t.Fatal(err)
	}
	numbers := map[string][]float64{}
	for _, directive := range doc.Meta.CloudWatchMetrics {
		for _, name := range directive.Dimensions[0] {
			var value string
			if err := json.Unmarshal(root[name], &value); err != nil || !acceptable(value) {
				t.Errorf("dimension %s: %q, error %v", name, value, err)
			}
		}
		for _, metric := range directive.Metrics {
			var values []float64
			if err := json.Unmarshal(root[metric.Name], &values); err != nil || len(values) < 1 || len(values) > 100 {
				t.Errorf("metric %s: %d values, error %v", metric.Name, len(values), err)
			}
			numbers[metric.Name] = values
		}
	}
	return numbers
}

func acceptable(value string) bool {
	outside := func(r rune) bool { return r < ' ' || r > '~' }
	return strings.TrimSpace(value) != "" && len(value) <= 255 && !strings.ContainsFunc(value, outside)
}

// decodeError is a decoder's error as the package sees it.
type decodeError struct{}

func (decodeError) Error() string { return "decode: broken" }
func (decodeError) Kind() string  { return "Tick" }

var _ batch.Observer = (*telemetry.Telemetry)(nil)

func TestObserve(t *testing.T) {
	var out bytes.Buffer
	tel := telemetry.New(&out, settings())
	for _, outcome := range []string{
		batch.Done, batch.Skipped, batch.Kept, batch.Retried, batch.Behind, batch.Late, batch.Failed,
	} {
		tel.Observe(context.Background(), "0123456789ab", "m-"+outcome, outcome, nil)
	}
	tel.Observe(context.Background(), "0123456789ab", "m1", batch.Skipped, decodeError{})
	tel.Observe(context.Background(), "", "m2", batch.Kept, decodeError{})
	if err := tel.Flush(); err != nil {
		t.Fatal(err)
	}
	golden(t, "observe", out.String())
}

// TestSideBySide is for the race detector: scopes share one writer, and every write is a line.
func TestSideBySide(t *testing.T) {
	var out bytes.Buffer
	tel := telemetry.New(&out, settings())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			scope := tel.About(subject)
			for range 50 {
				scope.Decision()
				scope.Log.Info("line")
			}
			if err := tel.Flush(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for line := range strings.Lines(out.String()) {
		if !json.Valid([]byte(line)) {
			t.Fatalf("not JSON: %q", line)
		}
	}
}

// broken is a writer that fails.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestFlushSaysThatItFailed(t *testing.T) {
	tel := telemetry.New(broken{}, settings())
	tel.About(subject).Decision()
	if err := tel.Flush(); err == nil || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("error %v", err)
	}
}
