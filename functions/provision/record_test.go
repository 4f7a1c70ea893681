package provision_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/functions/provision"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched"
)

// A record, decided again, gives the same plan byte for byte: incidents become test data.
func TestRecordReplays(t *testing.T) {
	s := newStage(t)
	for _, name := range []string{"web-1", "web-2", "web-3"} {
		s.pod(name)
	}
	s.kubernetes.SetPod(model.Pod{ // that nothing holds, so that the plan has more than launches
		PodRef: model.PodRef{Namespace: "shop", Name: "huge"}, Phase: "Pending", Unschedulable: true,
		Requests: model.Resources{CPU: 400_000, Pods: 1},
	})
	s.wake(s.pending(), s.tick())
	keys := s.records.Decisions()
	if len(keys) != 1 || !strings.HasPrefix(keys[0], "decisions/"+demo+"/2026/11/01/100005.000-1.json") {
		t.Fatalf("records %v", keys)
	}
	record := replayable(t, s.records.Decision(keys[0]))
	if record.Schema != provision.RecordSchema || record.Version != "test" || len(record.Evaluation.Causes) != 2 {
		t.Errorf("schema %d, version %q, evaluation %+v", record.Schema, record.Version, record.Evaluation)
	}
	want, err := json.Marshal(record.Plan)
	ok(t, err)
	got, err := json.Marshal(sched.Decide(record.Now, record.Snapshot, record.Evaluation, record.Settings))
	ok(t, err)
	if !bytes.Equal(want, got) || len(record.Plan.Actions) == 0 || len(record.Plan.Unplaced) != 1 {
		t.Errorf("decided:\n%s\nreplayed:\n%s", want, got)
	}
}

func replayable(t *testing.T, body []byte) (record provision.Record) {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(body))
	ok(t, err)
	ok(t, json.NewDecoder(zip).Decode(&record))
	ok(t, zip.Close())
	return record
}

// The moment of a decision decides what has run out; it is recorded with it.
func TestRecordNow(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.wake(s.pending())
	record := replayable(t, s.records.Decision(s.records.Decisions()[0]))
	if !record.Now.After(record.Snapshot.At) {
		t.Errorf("decided at %v, read from %v", record.Now, record.Snapshot.At)
	}
}

func TestNothingToRecord(t *testing.T) {
	s := newStage(t)
	s.wake(s.tick())
	equal(t, "records", len(s.records.Decisions()), 0)
	equal(t, "completions", s.ledger.Calls("Complete"), 1)
	s.wantKinds()
}
