package act_test

import (
	"errors"
	"testing"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

// stuck leaves launches open that were frozen and never sent.
func stuck(t *testing.T, s *stage, ids ...string) {
	t.Helper()
	var launches []model.LaunchAction
	for _, id := range ids {
		l := launchOf("of-" + id)
		l.ID = id
		launches = append(launches, l)
	}
	s.ec2.Refuse("Create", 2*len(ids), model.NoAnswer)
	_, err := s.applier.Apply(t.Context(), planOf(launches...), s.open())
	wantKind(t, err, model.NoAnswer)
}

// One launch that does not go on leaves the others alone, and its claims are there to be seen.
func TestResumeGoesOn(t *testing.T) {
	s := newStage(t)
	stuck(t, s, "l-1x0", "l-1x1")
	s.ec2.Refuse("Create", 1, model.Throttled)
	out, err := s.resume()
	wantKind(t, err, model.Throttled)
	if errors.Is(err, act.ErrUnmade) {
		t.Errorf("error %v, but all claims are made", err)
	}
	if len(out.Launches) != 1 || out.Launches[0].Launch != "l-1x1" {
		t.Errorf("outcome %+v", out)
	}
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x1 for "of-l-1x1"
of-l-1x0 #0 Launched=Unknown by l-1x0
of-l-1x1 #1 Launched=True by l-1x1
open l-1x0
`)
}

// A launch that cannot be read may be for claims that nobody can see.
func TestResumeUnreadable(t *testing.T) {
	s := newStage(t)
	stuck(t, s, "l-1x0")
	s.ledger.Refuse("Launch", 1, model.NoAnswer)
	_, err := s.resume()
	if !errors.Is(err, act.ErrUnmade) || !model.IsKind(err, model.NoAnswer) {
		t.Errorf("error %v", err)
	}
}

// An open launch without a record is only a name: it is struck off.
func TestResumeNothing(t *testing.T) {
	s := newStage(t)
	lane := s.open()
	lane.OpenLaunches = []string{"l-0x0"}
	out, err := s.applier.Resume(t.Context(), lane)
	ok(t, err)
	s.wantCalls("Launch", "Close")
	if len(out.Launches) > 0 {
		t.Errorf("outcome %+v", out)
	}
}

// What comes out empty of a resumed launch is left to the decision that follows, marks and all.
func TestResumeEmpty(t *testing.T) {
	s := newStage(t)
	stuck(t, s, "l-1x0")
	s.ec2.Stock("", "", 0, "")
	out, err := s.resume()
	ok(t, err)
	s.wantState(`
of-l-1x0 #0 Launched=Unknown by l-1x0
mark "c7g.large" "us-east-1b" "on-demand" "" for 3m0s: InsufficientInstanceCapacity
mark "m7g.large" "us-east-1a" "on-demand" "" for 3m0s: InsufficientInstanceCapacity
`)
	if len(out.Unfilled) > 0 || len(out.Launches) != 1 {
		t.Errorf("outcome %+v", out)
	}
}
