package act_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// An answer that is lost once is asked for again at once, by the same request under the same token.
func TestLostAnswerOnce(t *testing.T) {
	s := newStage(t)
	s.ec2.Lose("Create", 1)
	out, err := s.apply(launchOf("a", "b"))
	ok(t, err)
	if len(out.Launches) != 1 || len(out.Launches[0].Pairs) != 2 || len(s.ec2.All()) != 2 {
		t.Errorf("outcome %+v, instances %v", out, s.ec2.All())
	}
	wantPaired(t, s, 2)
}

// With too little time left it is not: the launch stays open for the next decision.
func TestLostAnswerTooLate(t *testing.T) {
	s := newStage(t)
	s.ec2.Lose("Create", 1)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	s.now = time.Now().Add(time.Hour - time.Second)
	_, err := s.applier.Apply(ctx, planOf(launchOf("a")), s.open())
	wantKind(t, err, model.NoAnswer)
}

// After an answer that stays lost the launch stays open, and the same request with the same token finds the same instances.
func TestLostAnswer(t *testing.T) {
	s := newStage(t)
	s.ec2.Lose("Create", 2)
	_, err := s.apply(launchOf("a", "b"))
	wantKind(t, err, model.NoAnswer)
	if lane := s.open(); !slices.Equal(lane.OpenLaunches, []string{"l-1x0"}) {
		t.Fatalf("open launches %v", lane.OpenLaunches)
	}
	s.now = s.now.Add(model.ResendBefore - time.Second)
	out, err := s.resume()
	ok(t, err)
	if len(out.Launches) != 1 || len(out.Launches[0].Pairs) != 2 || s.ec2.Calls("Create") != 3 {
		t.Errorf("outcome %+v after %d calls", out, s.ec2.Calls("Create"))
	}
	wantPaired(t, s, 2)
}

// A launch older than EC2 can be trusted to remember its token is looked up by its tag, page by page, and never sent.
func TestLostAnswerOfLongAgo(t *testing.T) {
	s := newStage(t)
	s.ec2.Lose("Create", 2)
	_, err := s.apply(launchOf("a", "b", "c"))
	wantKind(t, err, model.NoAnswer)
	s.now = s.now.Add(model.ResendBefore)
	s.ec2.PageSize = 2
	_, err = s.resume()
	ok(t, err)
	if s.ec2.Calls("Create") != 2 || s.ec2.Calls("ByLaunch") != 2 {
		t.Errorf("sent %d times, looked up %d times", s.ec2.Calls("Create"), s.ec2.Calls("ByLaunch"))
	}
	wantPaired(t, s, 3)
}

// wantPaired checks that there are n claims with an instance each, that know each other.
func wantPaired(t *testing.T, s *stage, n int) {
	t.Helper()
	claims, instances := s.kubernetes.AllClaims(), s.ec2.All()
	if len(claims) != n || len(instances) != n {
		t.Errorf("%d claims, %d instances", len(claims), len(instances))
	}
	for _, i := range instances {
		c := s.claim(i.Tags[model.TagClaim])
		cluster, indexed, err := s.ledger.ClaimOf(t.Context(), i.ID)
		if model.InstanceID(c.ProviderID) != i.ID || indexed != c.Name || cluster != s.applier.Cluster.Key || err != nil {
			t.Errorf("instance %s: claim %s has %s, the index %q (%v)", i.ID, c.Name, c.ProviderID, indexed, err)
		}
	}
	if lane := s.open(); len(lane.OpenLaunches) > 0 {
		t.Errorf("still open: %v", lane.OpenLaunches)
	}
}

// What never reached EC2 is found empty after the time of resending, and the claims are left for the next decision.
func TestNeverSent(t *testing.T) {
	s := newStage(t)
	s.ec2.Refuse("Create", 1, model.Throttled)
	_, err := s.apply(launchOf("a"))
	wantKind(t, err, model.Throttled)
	s.now = s.now.Add(time.Hour)
	out, err := s.resume()
	ok(t, err)
	s.wantState("a #0 Launched=Unknown by l-1x0\n")
	if len(out.Launches) != 1 || len(out.Unfilled) != 0 {
		t.Errorf("outcome %+v", out)
	}
}

// Whatever was stored first is the answer. Instances that only we were told of are ended: nobody else knows of them.
func TestAnotherAnswerIsStored(t *testing.T) {
	s := newStage(t)
	s.meanwhile("Answer", func() {
		_, err := s.ledger.Answer(t.Context(), s.applier.Cluster.Key, "l-1x0", model.FleetAnswer{Instances: []model.Instance{sorted(s)[1]}})
		ok(t, err)
	})
	out, err := s.apply(launchOf("a", "b"))
	ok(t, err)
	named, stray := sorted(s)[1], sorted(s)[0]
	if named.State != "running" || stray.State != "terminated" {
		t.Errorf("the named one is %s, the other %s", named.State, stray.State)
	}
	if a := s.claim("a"); model.InstanceID(a.ProviderID) != named.ID {
		t.Errorf("claim a has %s, want %s", a.ProviderID, named.ID)
	}
	if len(out.Launches[0].Pairs) != 1 {
		t.Errorf("outcome %+v", out)
	}
}

// sorted are all instances by id, as an answer has them.
func sorted(s *stage) []model.Instance {
	all := s.ec2.All()
	slices.SortFunc(all, func(a, b model.Instance) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return all
}

// Killed after the answer was stored, a launch is not sent again; instances of it that the answer lacks are ended.
func TestResumeByTheStoredAnswer(t *testing.T) {
	s := newStage(t)
	s.ledger.Lose("Answer", 1)
	_, err := s.apply(launchOf("a", "b"))
	wantKind(t, err, model.NoAnswer)
	_, err = s.resume()
	ok(t, err)
	if s.ec2.Calls("Create") != 1 {
		t.Errorf("sent %d times", s.ec2.Calls("Create"))
	}
	wantPaired(t, s, 2)
}

// A refusal of the request as a whole speaks of the offerings that it asked for, not of all that there are.
func TestRefusedAsAWhole(t *testing.T) {
	for kind, want := range map[model.ErrorKind]string{
		model.NoCapacity: `
mark "c7g.large" "us-east-1b" "on-demand" "" for 3m0s: Fake
mark "m7g.large" "us-east-1a" "on-demand" "" for 3m0s: Fake
`,
		model.NoAddresses: `
mark "" "us-east-1a" "" "subnet-a" for 2m0s: Fake
mark "" "us-east-1b" "" "subnet-b" for 2m0s: Fake
`,
		model.QuotaExceeded: `
mark "" "" "on-demand" "" for 5m0s: Fake
`,
	} {
		s := newStage(t)
		s.ec2.Refuse("Create", 1, kind)
		out, err := s.apply(launchOf("a"))
		ok(t, err)
		s.wantState(want)
		if len(out.Unfilled) != 1 {
			t.Errorf("%s: unfilled %v", kind, out.Unfilled)
		}
	}
}
