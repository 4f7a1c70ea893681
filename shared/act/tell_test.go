package act_test

import (
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

func (s *stage) tell(keys ...string) act.Outcome {
	s.t.Helper()
	var plan model.Plan
	for _, key := range keys {
		plan.Actions = append(plan.Actions, model.Action{Key: key, Tell: &model.TellAction{Reason: key}})
	}
	out, err := s.applier.Apply(s.t.Context(), plan, model.Lane{})
	ok(s.t, err)
	return out
}

// The same words are said once in ten minutes.
func TestTold(t *testing.T) {
	s := newStage(t)
	s.tell("a", "b")
	s.now = s.now.Add(10*time.Minute - time.Second)
	s.tell("a", "c")
	if n := s.kubernetes.Calls("CreateEvent"); n != 3 {
		t.Errorf("%d calls, want those for a, b, c", n)
	}
	s.now = s.now.Add(time.Second)
	s.tell("a", "b", "c")
	if n := s.kubernetes.Calls("CreateEvent"); n != 5 {
		t.Errorf("%d calls, want a and b once more", n)
	}
}

// Words that were not written fail nothing, and are said again by the next decision.
func TestUntold(t *testing.T) {
	s := newStage(t)
	s.kubernetes.Refuse("CreateEvent", 1, model.Denied)
	out := s.tell("a", "b")
	wantKind(t, out.Unsaid, model.Denied)
	if out := s.tell("a", "b"); out.Unsaid != nil || s.kubernetes.Calls("CreateEvent") != 3 || len(s.kubernetes.Told()) != 2 {
		t.Errorf("unsaid %v, %d calls, told %v", out.Unsaid, s.kubernetes.Calls("CreateEvent"), s.kubernetes.Told())
	}
}

// A namespace that is gone takes no Event; there is nobody left to read it.
func TestToldNobody(t *testing.T) {
	s := newStage(t)
	s.kubernetes.Refuse("CreateEvent", 1, model.NotFound)
	if out := s.tell("a"); out.Unsaid != nil {
		t.Errorf("unsaid %v", out.Unsaid)
	}
}

// TestRepeats: a Plan that only says again why pods wait is no news, until the words are old or there is more to do.
func TestRepeats(t *testing.T) {
	s := newStage(t)
	wait := model.Plan{Actions: []model.Action{{Key: "wait", Tell: &model.TellAction{Reason: "FailedScheduling", Message: "no room"}}}}
	more := model.Plan{Actions: append(wait.Actions, model.Action{Key: "more", Release: &model.ReleaseAction{}})}
	if s.applier.Repeats(wait) {
		t.Error("words that were never said are news")
	}
	if _, err := s.applier.Apply(t.Context(), wait, model.Lane{}); err != nil {
		t.Fatal(err)
	}
	if !s.applier.Repeats(wait) || !s.applier.Repeats(model.Plan{}) {
		t.Error("the same words, and nothing at all, are no news")
	}
	if s.applier.Repeats(more) {
		t.Error("an action that is no words is news")
	}
}
