package provision_test

import (
	"testing"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// Claims that found nothing to launch on ask for another decision, which sees the marks.
func TestCapacityNeeded(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.ec2.Stock("", "", 0, "")
	equal(t, "come again", again(s.wake(s.pending())), "")
	s.wantKinds("Plan Decided", "Fleet Launched", "Capacity Needed")
	needed := told[events.CapacityNeeded](s)[0]
	equal(t, "cause and reason", []string{needed.Cause, needed.Reason}, []string{"pending-1", "claims that found no capacity: 1"})
	equal(t, "errors told", len(told[events.FleetLaunched](s)[0].Errors), 2)

	s.bus.Take()
	s.ec2.Stock("", "", 9, "")
	s.wake(needed)
	equal(t, "instances, as long as the marks hide all", len(s.ec2.All()), 0)
	s.wantKinds("Plan Decided")
	equal(t, "words on the pod", len(s.kubernetes.Told()) > 0, true)
}

// A refusal that asking again would only repeat waits for the tick.
func TestNoCapacityNeeded(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.ec2.Refuse("Create", 1, model.Invalid)
	equal(t, "come again", again(s.wake(s.pending())), "")
	s.wantKinds("Plan Decided", "Fleet Launched")
	equal(t, "claims", len(s.kubernetes.AllClaims()), 0)
}

// Words that cannot be written fail no decision.
func TestUnsaid(t *testing.T) {
	s := newStage(t)
	s.pod("web")
	s.kubernetes.Refuse("CreateEvent", 9, model.Denied)
	equal(t, "come again", again(s.wake(s.pending())), "")
	equal(t, "instances", len(s.ec2.All()), 1)
	equal(t, "completions", s.ledger.Calls("Complete"), 1)
}
