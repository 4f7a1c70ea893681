package register_test

import (
	"testing"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// A golden batch of a standard queue, message by message: 03 is of a newer schema, 04 of an unknown kind, 05 malformed.
func TestBatch(t *testing.T) {
	s := newStage(t)
	equal(t, "come again", s.handle(golden(t, "standard")), "a1b2c3d4-0000-4000-8000-000000000003")
	kept := s.deadLetters.Kept()
	if len(kept) != 1 || kept[0].Body == "" || kept[0].Reason == "" {
		t.Errorf("dead letters %+v", kept)
	}
}

// Kinds that are others' are skipped without a call; a cluster that nobody registered is for people to look at.
func TestOthers(t *testing.T) {
	s := newStage(t)
	s.unreachable = &model.Error{Kind: model.NoAnswer, Op: "test"}
	equal(t, "come again", s.wake(events.NewCatalogChanged(s.head("c"), "1", "test")), "")
	s.unreachable = nil
	other := events.NewNodeChanged(events.NewHeader(events.Cluster{Key: "b04d1e6f8a97", Name: "second"}, "n", s.now), []string{"x"}, nil)
	equal(t, "come again", s.wake(other), "")
	equal(t, "dead letters", len(s.deadLetters.Kept()), 1)
}

// A cluster that does not answer keeps its events, but for ticks; each by itself.
func TestUnanswered(t *testing.T) {
	for name, fail := range map[string]func(*stage){
		"connection": func(s *stage) { s.unreachable = &model.Error{Kind: model.NoAnswer, Op: "test"} },
		"claims": func(s *stage) {
			s.kubernetes.Refuse("NodeClaims", 9, model.NoAnswer)
			s.kubernetes.Refuse("Node", 9, model.NoAnswer)
		},
		"bus": func(s *stage) { s.bus.Refuse("Put", 9, model.NoAnswer) },
	} {
		s := newStage(t)
		s.joined(s.launched("a"), ready)
		fail(s)
		equal(t, name+": come again", s.wake(s.nodes("node-a"), s.tick()), "m1")
	}
}

// One node that fails does not keep the others of its event waiting.
func TestOneFails(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a"))
	s.joined(s.launched("b"))
	s.kubernetes.Refuse("Node", 1, model.NoAnswer)
	equal(t, "come again", s.wake(s.nodes("node-a", "node-b")), "m1")
	equal(t, "conditions", s.conditions("a")+", "+s.conditions("b"), "Launched, Launched Registered")
	equal(t, "told", s.told(), "Node Registered")
}

// Doubled and reordered events only read.
func TestDoubled(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a"), ready)
	equal(t, "come again", s.wake(s.claims("a"), s.nodes("node-a"), s.nodes("node-a"), s.tick(), s.claims("a")), "")
	equal(t, "told", s.told(), "Node Registered, Node Initialized")
	equal(t, "writes of the node", s.kubernetes.Calls("PatchNode"), 2)
}

// A cluster that is only reported on is not touched.
func TestReport(t *testing.T) {
	s := newStage(t)
	s.info.Mode = model.Report
	s.joined(s.launched("a"), ready)
	equal(t, "come again", s.wake(s.nodes("node-a"), s.tick(), s.claims("a")), "")
	equal(t, "calls", len(s.calls), 0)
}
