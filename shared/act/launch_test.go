package act_test

import (
	"fmt"
	"testing"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

// A partial fill marks what was refused and tries the rest on what remains, at once.
func TestPartialFill(t *testing.T) {
	s := newStage(t)
	s.applier.Fleets = oneOffering{s.ec2}
	s.ec2.Stock("m7g.large", "us-east-1a", 1, "")
	out, err := s.apply(launchOf("a", "b"))
	ok(t, err)
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0 for "a"
#2 c7g.large us-east-1b running of l-1x0-a2 for "b"
a #1 Launched=True by l-1x0
b #2 Launched=True by l-1x0-a2
mark "m7g.large" "us-east-1a" "on-demand" "" for 3m0s: InsufficientInstanceCapacity
`)
	if got := fmt.Sprint(attempts(out)); got != "[l-1x0 1 [a b] l-1x0-a2 2 [b]]" || len(out.Unfilled) > 0 {
		t.Errorf("attempts %s, unfilled %v", got, out.Unfilled)
	}
	if lane := s.open(); lane.LaunchCount != 3 {
		t.Errorf("%d instances were asked for, by the lane", lane.LaunchCount)
	}
}

func attempts(out act.Outcome) (list []any) {
	for _, l := range out.Launches {
		list = append(list, l.Launch, l.Attempt, l.Claims)
	}
	return list
}

// When nothing is left the claims are taken back, and another decision is wanted, which sees the marks.
func TestNothingLeft(t *testing.T) {
	s := newStage(t)
	s.ec2.Stock("", "", 1, "")
	out, err := s.apply(launchOf("a", "b"))
	ok(t, err)
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0 for "a"
a #1 Launched=True by l-1x0
mark "c7g.large" "us-east-1b" "on-demand" "" for 3m0s: InsufficientInstanceCapacity
mark "m7g.large" "us-east-1a" "on-demand" "" for 3m0s: InsufficientInstanceCapacity
`)
	if fmt.Sprint(out.Unfilled) != "[b]" || len(out.Launches[0].Refused) != 2 {
		t.Errorf("outcome %+v", out)
	}
}

// Attempts end, even with offerings left.
func TestAttemptsEnd(t *testing.T) {
	s := newStage(t)
	s.applier.Fleets = oneOffering{s.ec2}
	s.ec2.Stock("", "", 0, "")
	l := launchOf("a")
	l.Overrides = nil
	for i := range 20 {
		l.Overrides = append(l.Overrides, model.FleetOverride{Type: fmt.Sprintf("m%d.large", i), Zone: "us-east-1a", Subnet: "subnet-a"})
	}
	out, err := s.apply(l)
	ok(t, err)
	if len(out.Launches) != 8 || fmt.Sprint(out.Unfilled) != "[a]" || len(s.kubernetes.AllClaims()) != 0 {
		t.Errorf("%d launches, unfilled %v, claims %v", len(out.Launches), out.Unfilled, s.kubernetes.AllClaims())
	}
	if lane := s.open(); len(lane.OpenLaunches) != 0 || len(lane.Unavailable) != 8 {
		t.Errorf("open %v, %d marks", lane.OpenLaunches, len(lane.Unavailable))
	}
}

// A request that can never succeed ends its launch. Nobody is asked to repeat it at once.
func TestRefusedForGood(t *testing.T) {
	for _, kind := range []model.ErrorKind{model.Invalid, model.Denied, model.NotFound} {
		s := newStage(t)
		s.ec2.Refuse("Create", 1, kind)
		out, err := s.apply(launchOf("a"))
		ok(t, err)
		s.wantState("")
		if len(out.Unfilled) != 0 || len(out.Launches[0].Refused) != 1 || out.Launches[0].Refused[0].Kind != kind {
			t.Errorf("%s: outcome %+v", kind, out)
		}
	}
}

// A launch none of whose claims lives is not sent: nobody has yet, so nothing can be lost.
func TestNoClaimLeft(t *testing.T) {
	s := newStage(t)
	s.kubernetes.Refuse("CreateNodeClaim", 2, model.Invalid)
	out, err := s.apply(launchOf("a", "b"))
	ok(t, err)
	s.wantState("")
	if s.ec2.Calls("Create") != 0 || len(out.Launches[0].Refused) != 2 || out.Launches[0].Refused[0].Code != "NodeClaimRefused" {
		t.Errorf("outcome %+v, %d calls of EC2", out, s.ec2.Calls("Create"))
	}
}
