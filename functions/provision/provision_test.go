package provision_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// TestBatches hands golden batches over as Lambda does. Each cluster gets one decision, whatever the messages are.
func TestBatches(t *testing.T) {
	const id = "a1b2c3d4-0000-4000-8000-0000000000"
	for name, c := range map[string]struct {
		again     string // what comes again, by the last digits of its id
		kept      int    // dead letters
		decisions int
	}{
		"one":       {decisions: 1},
		"doubled":   {decisions: 1},
		"mixed":     {again: "05 06", decisions: 1}, // 03 is of a kind to come, 05 of a newer schema and 06 behind it
		"malformed": {kept: 3, decisions: 1},
		"groups":    {again: "04 05", kept: 1, decisions: 1}, // 04 is of a newer schema; the other cluster is not registered
		"empty":     {},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.pod("web")
			answer := s.handle(golden(t, name))
			equal(t, "come again", strings.ReplaceAll(again(answer), id, ""), c.again)
			equal(t, "dead letters", len(s.deadLetters.Kept()), c.kept)
			equal(t, "decisions", s.ledger.Calls("Open"), c.decisions)
			equal(t, "claims", len(s.kubernetes.AllClaims()), c.decisions)
		})
	}
}

// A pending pod gets a claim with an instance, and whoever subscribes can follow it.
func TestDecision(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	equal(t, "come again", again(s.wake(s.pending())), "")
	claims, instances := s.kubernetes.AllClaims(), s.ec2.All()
	if len(claims) != 1 || len(instances) != 1 || model.InstanceID(claims[0].ProviderID) != instances[0].ID {
		t.Fatalf("claims %+v, instances %+v", claims, instances)
	}
	s.wantKinds("Plan Decided", "Fleet Launched")
	decided, launched := told[events.PlanDecided](s)[0], told[events.FleetLaunched](s)[0]
	equal(t, "causes", []string{decided.Cause, launched.Cause}, []string{"pending-1", "pending-1"})
	equal(t, "decided", []any{decided.Epoch, decided.Claims, decided.Unplaced, decided.Cost}, []any{int64(1), 1, 0, 0.154})
	equal(t, "launched", launched.Instances, []events.LaunchedInstance{{
		ID: instances[0].ID, Type: "m6g.xlarge", Zone: "us-east-1a", CapacityType: "on-demand", Claim: claims[0].Name,
	}})
	if lane := s.lane(); !lane.Completed.Equal(decided.At.Add(-time.Second)) || len(lane.OpenLaunches) > 0 {
		t.Errorf("lane %+v, decided at %v", lane, decided.At)
	}
}

// The same wake-ups a second time find nothing to do: what to do follows from the cluster.
func TestDecisionAgain(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.wake(s.pending())
	s.bus.Take()
	s.wake(s.pending(), s.tick())
	equal(t, "claims and instances", []int{len(s.kubernetes.AllClaims()), len(s.ec2.All())}, []int{1, 1})
	s.wantKinds()
}

// Applying, recording and reading really run side by side; for the race detector.
func TestSideBySide(t *testing.T) {
	s := newStage(t)
	s.handler.Parallel, s.cluster.Applier.Parallel = sideBySide, sideBySide
	for _, name := range strings.Fields("a b c d e f g h") {
		s.pod(name)
	}
	equal(t, "come again", again(s.wake(s.pending())), "")
	equal(t, "instances, records", []int{len(s.ec2.All()), len(s.records.Decisions())}, []int{8, 1})
}

// A cluster that does not answer keeps its wake-ups, but for ticks.
func TestUnanswered(t *testing.T) {
	noAnswer := &model.Error{Kind: model.NoAnswer, Op: "test"}
	for name, fail := range map[string]func(*stage){
		"connection": func(s *stage) { s.unreachable = noAnswer },
		"lane":       func(s *stage) { s.ledger.Refuse("Open", 1, model.NoAnswer) },
		"snapshot":   func(s *stage) { s.kubernetes.Refuse("NodeClaims", 1, model.NoAnswer) },
		"EC2":        func(s *stage) { s.ec2.Refuse("Create", 2, model.NoAnswer) },
		"record":     func(s *stage) { s.records.Refuse("PutDecision", 1, model.NoAnswer) },
		"completion": func(s *stage) { s.ledger.Refuse("Complete", 1, model.NoAnswer) },
		"bus":        func(s *stage) { s.bus.Refuse("Put", 1, model.NoAnswer) },
	} {
		t.Run(name, func(t *testing.T) {
			for want, list := range map[string]func(*stage) []events.Event{
				"":      func(s *stage) []events.Event { return []events.Event{s.tick()} },
				"m1":    func(s *stage) []events.Event { return []events.Event{s.pending()} },
				"m1 m2": func(s *stage) []events.Event { return []events.Event{s.tick(), s.pending()} },
			} {
				s := newStage(t)
				s.pod("web")
				fail(s)
				equal(t, "come again", again(s.wake(list(s)...)), want)
				equal(t, "dead letters", len(s.deadLetters.Kept()), 0)
			}
		})
	}
}

// A plan that was not carried out whole completes nothing: its wake-ups come again and are read.
func TestUnansweredIsNotCompleted(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.ec2.Refuse("Create", 2, model.NoAnswer)
	s.wake(s.pending())
	equal(t, "completions", s.ledger.Calls("Complete"), 0)
}

// Wake-ups that a completed decision has seen are acknowledged without a look at the cluster.
func TestAnswered(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	old := golden(t, "one") // sent five seconds ago
	s.wake(s.tick())
	s.pod("later")
	equal(t, "come again", again(s.handle(old)), "")
	equal(t, "lists of claims", s.kubernetes.Calls("NodeClaims"), 1)
	equal(t, "claims", len(s.kubernetes.AllClaims()), 1)
	s.wake(s.pending()) // sent after
	equal(t, "claims", len(s.kubernetes.AllClaims()), 2)
}

// A cluster that is only reported on is told of, and nothing is done to it.
func TestReport(t *testing.T) {
	s := newStage(t)
	s.cluster.Info.Mode = model.Report
	s.pod("web")
	equal(t, "come again", again(s.wake(s.pending())), "")
	equal(t, "claims, instances, words", []int{len(s.kubernetes.AllClaims()), len(s.ec2.All()), len(s.kubernetes.Told())}, []int{0, 0, 0})
	s.wantKinds("Plan Decided")
	equal(t, "records", len(s.records.Decisions()), 1)
	equal(t, "completions", s.ledger.Calls("Complete"), 1)
}
