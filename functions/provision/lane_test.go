package provision_test

import (
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// killed leaves a launch open, as a function that died after its CreateFleet.
func killed(s *stage) {
	s.pod("web")
	s.ec2.Lose("Create", 2)
	s.wake(s.tick())
	s.bus.Take()
}

// The launches of a killed decision come first. They are told of now, since nobody has.
func TestResume(t *testing.T) {
	s := newStage(t)
	killed(s)
	equal(t, "come again", again(s.wake(s.pending())), "")
	equal(t, "instances", len(s.ec2.All()), 1)
	s.wantKinds("Fleet Launched")
	if c := s.kubernetes.AllClaims(); len(c) != 1 || !c[0].Launched() {
		t.Errorf("claims %+v", c)
	}
}

// A launch that does not go on is no reason to leave others waiting: its own pods have their claim.
func TestResumeStuck(t *testing.T) {
	s := newStage(t)
	killed(s)
	s.pod("other")
	s.ec2.Refuse("Create", 1, model.Throttled)
	equal(t, "come again", again(s.wake(s.pending())), "m1")
	equal(t, "claims and instances", []int{len(s.kubernetes.AllClaims()), len(s.ec2.All())}, []int{2, 2})
	launched := 0
	for _, c := range s.kubernetes.AllClaims() {
		if c.Launched() {
			launched++
		}
	}
	equal(t, "launched", launched, 1)
}

// But when its claims are not there to be seen, a decision would buy for their pods again.
func TestResumeUnmade(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.kubernetes.Refuse("CreateNodeClaim", 2, model.NoAnswer)
	s.wake(s.tick())
	equal(t, "come again", again(s.wake(s.pending())), "m1")
	equal(t, "launches frozen", s.ledger.Calls("Freeze"), 1)
	equal(t, "come again", again(s.wake(s.pending())), "")
	equal(t, "claims and instances", []int{len(s.kubernetes.AllClaims()), len(s.ec2.All())}, []int{1, 1})
}

// Reporting on a cluster leaves open launches alone.
func TestResumeReport(t *testing.T) {
	s := newStage(t)
	killed(s)
	before := s.ec2.Calls("Create")
	s.cluster.Info.Mode = model.Report
	s.wake(s.pending())
	equal(t, "calls of EC2", s.ec2.Calls("Create"), before)
}

// Whoever loses the lane drops the plan, says nothing of it, and leaves its wake-ups to the winner.
func TestLaneLost(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.ledger.Around = func(method string, do func() error) error {
		if method == "Freeze" {
			s.ledger.Around = nil
			s.lane() // another decision
		}
		return do()
	}
	equal(t, "come again", again(s.wake(s.pending())), "")
	equal(t, "claims", len(s.kubernetes.AllClaims()), 0)
	equal(t, "completions", s.ledger.Calls("Complete"), 0)
	s.wantKinds()
}

// A decision that was overtaken after its launches is carried out, and no failure.
func TestLaneLostAtTheEnd(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.ledger.Refuse("Complete", 1, model.Conflict)
	equal(t, "come again", again(s.wake(s.pending())), "")
	s.wantKinds("Plan Decided", "Fleet Launched")
}

// Completing drops the marks that have run out, and only those.
func TestCompleteDropsWhatLapsed(t *testing.T) {
	s := newStage(t)
	mark := func(typ string, until time.Duration) model.Unavailable {
		return model.Unavailable{Type: typ, Zone: "us-east-1a", CapacityType: model.OnDemand, Until: s.now.Add(until), Reason: "test"}
	}
	ok(t, s.ledger.Mark(t.Context(), demo, model.LaneProvision, []model.Unavailable{mark("old", -time.Second), mark("new", time.Hour)}))
	s.wake(s.tick())
	lane := s.lane()
	equal(t, "marks", []int{len(lane.Lapsed.Unavailable), len(lane.Unavailable)}, []int{0, 1})
}

// A breaker that opens is kept with the lane; one that has run out goes.
func TestCompleteKeepsBreakers(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.wake(s.pending())
	claim := s.kubernetes.AllClaims()[0]
	status := claim.Status()
	status.NodeName = "node"
	status.Conditions = status.Conditions.With(model.Condition{Type: model.Initialized, Status: model.True, LastTransitionTime: s.now})
	_, err := s.kubernetes.PatchClaimStatus(t.Context(), claim.Name, status)
	ok(t, err)
	room := model.Resources{CPU: 4000, Memory: 15 * gib, Pods: 58}
	s.kubernetes.SetNode(model.Node{
		Name: "node", ProviderID: claim.ProviderID, Labels: claim.Labels, OwnerClaim: claim.Name, Capacity: room, Allocatable: room,
		Conditions: model.Conditions{{Type: model.Ready, Status: model.True}},
	})
	s.now = s.now.Add(5 * time.Minute)
	s.wake(s.tick())
	if lane := s.lane(); len(lane.Breakers) != 1 {
		t.Fatalf("breakers %+v", lane.Breakers)
	}
	s.kubernetes.DeleteNode("node")
	s.now = s.now.Add(time.Hour)
	equal(t, "lapsed", len(s.lane().Lapsed.Breakers), 1)
	for _, p := range s.kubernetes.AllPods() {
		p.Phase = "Succeeded"
		s.kubernetes.SetPod(p)
	}
	s.wake(s.tick())
	equal(t, "lapsed", len(s.lane().Lapsed.Breakers), 0)
}
