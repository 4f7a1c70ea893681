package act_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

// lost makes a claim as an earlier decision left it: without instance, its launch closed.
func (s *stage) lost(name string) model.NodeClaim {
	s.t.Helper()
	c := launchOf(name).Claims[0]
	c.Annotations = map[string]string{model.AnnotationLaunch: "l-0x0"}
	made, err := s.kubernetes.CreateNodeClaim(s.t.Context(), c)
	ok(s.t, err)
	return made
}

// relaunchOf asks for an instance for a claim that exists.
func relaunchOf(claims ...model.NodeClaim) model.LaunchAction {
	l := launchOf()
	l.ID, l.Attempt, l.Claims = "l-1x0-a2", 2, claims
	return l
}

func TestExistingClaim(t *testing.T) {
	s := newStage(t)
	_, err := s.apply(relaunchOf(s.lost("a")))
	ok(t, err)
	s.wantCalls("Freeze", "PatchClaim", "Create", "Answer", "Tag", "PatchClaim", "PatchClaimStatus", "Index", "Close")
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0-a2 for "a"
a #1 Launched=True by l-1x0-a2
`)
}

// A release that was killed half way leaves a claim without finalizer. Launched again, it must not be one that
// vanishes, and leaves its instance, when it is deleted.
func TestExistingClaimWithoutFinalizer(t *testing.T) {
	s := newStage(t)
	a := s.lost("a")
	_, err := s.kubernetes.PatchClaim(t.Context(), "a", model.ClaimPatch{Finalizers: &[]string{"other/one"}})
	ok(t, err)
	_, err = s.apply(relaunchOf(a))
	ok(t, err)
	if c := s.claim("a"); !c.Launched() || !slices.Equal(c.Finalizers, []string{"other/one", model.FinalizerTermination}) {
		t.Errorf("claim %+v", c)
	}
}

// Claims that are gone get no instance; an instance that was launched for one is ended.
func TestClaimGone(t *testing.T) {
	for name, c := range map[string]struct {
		when   string
		happen func(*stage)
	}{
		"before": {"PatchClaim", func(s *stage) { s.vanish("b") }},
		"another of that name": {"PatchClaim", func(s *stage) {
			s.vanish("b")
			s.lost("b")
		}},
		"being deleted":   {"PatchClaim", func(s *stage) { ok(s.t, s.kubernetes.DeleteNodeClaim(s.t.Context(), "b", "", "")) }},
		"while launching": {"Answer", func(s *stage) { s.vanish("b") }},
		"while paired":    {"PatchClaimStatus", func(s *stage) { s.vanish("b") }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			l := relaunchOf(s.lost("b"), s.lost("a"))
			s.meanwhile(c.when, func() { c.happen(s) })
			out, err := s.apply(l)
			ok(t, err)
			if a := s.claim("a"); !a.Launched() {
				t.Error("claim a has none, because of the other")
			}
			running := slices.DeleteFunc(s.ec2.All(), func(i model.Instance) bool { return i.State != "running" })
			if len(running) != 1 || running[0].Tags[model.TagClaim] != "a" {
				t.Errorf("running: %+v", running)
			}
			if len(out.Unfilled) > 0 {
				t.Errorf("unfilled %v", out.Unfilled)
			}
		})
	}
}

// vanish removes a claim, finalizer and all.
func (s *stage) vanish(name string) {
	s.t.Helper()
	_, err := s.kubernetes.PatchClaim(s.t.Context(), name, model.ClaimPatch{Finalizers: &[]string{}})
	ok(s.t, err)
	ok(s.t, s.kubernetes.DeleteNodeClaim(s.t.Context(), name, "", ""))
}

// A claim that Kubernetes will never take holds nothing up: not the launch, not the other claims.
func TestClaimRefused(t *testing.T) {
	for _, kind := range []model.ErrorKind{model.Invalid, model.Denied} {
		s := newStage(t)
		s.kubernetes.Refuse("CreateNodeClaim", 1, kind)
		out, err := s.apply(launchOf("a", "b"))
		ok(t, err)
		claims := s.kubernetes.AllClaims()
		if len(claims) != 1 || claims[0].Name != "b" || !claims[0].Launched() || len(s.open().OpenLaunches) != 0 {
			t.Errorf("%s: claims %+v", kind, claims)
		}
		if refused := out.Launches[0].Refused; len(refused) != 1 || refused[0].Kind != kind {
			t.Errorf("%s: refused %+v", kind, refused)
		}
	}
}

// What may succeed later leaves the launch open, and EC2 unasked: the intent comes first.
func TestClaimNotMade(t *testing.T) {
	s := newStage(t)
	s.kubernetes.Refuse("CreateNodeClaim", 2, model.NoAnswer)
	_, err := s.apply(launchOf("a", "b"))
	wantKind(t, err, model.NoAnswer)
	if !errors.Is(err, act.ErrUnmade) {
		t.Errorf("error %v does not say that claims are missing", err)
	}
	s.wantState("open l-1x0\n")
	_, err = s.resume()
	ok(t, err)
	wantPaired(t, s, 2)
}

func TestRemember(t *testing.T) {
	pods := []model.PodRef{{Namespace: "default", Name: "web", UID: "1"}}
	for name, c := range map[string]struct {
		spoil  func(*stage, *model.RememberAction)
		want   int
		failed model.ErrorKind
	}{
		"as planned": {func(*stage, *model.RememberAction) {}, 1, ""},
		"any version, after its launch was noted": {func(s *stage, r *model.RememberAction) {
			r.ResourceVersion = ""
		}, 1, ""},
		"changed meanwhile": {func(s *stage, r *model.RememberAction) {
			_, err := s.kubernetes.PatchClaim(s.t.Context(), "a", model.ClaimPatch{})
			ok(s.t, err)
		}, 0, ""},
		"gone":      {func(s *stage, r *model.RememberAction) { r.Claim = "gone" }, 0, ""},
		"no answer": {func(s *stage, r *model.RememberAction) { s.kubernetes.Refuse("PatchClaim", 1, model.NoAnswer) }, 0, model.NoAnswer},
	} {
		s := newStage(t)
		a := s.lost("a")
		r := model.RememberAction{Claim: "a", UID: a.UID, ResourceVersion: a.ResourceVersion, Pods: pods}
		c.spoil(s, &r)
		_, err := s.applier.Apply(t.Context(), model.Plan{Actions: []model.Action{{Remember: &r}}}, s.open())
		if model.KindOf(err) != c.failed {
			t.Errorf("%s: error %v", name, err)
		}
		if got := s.claim("a").Pods; len(got) != c.want || c.want > 0 && fmt.Sprint(got) != fmt.Sprint(pods) {
			t.Errorf("%s: pods %v", name, got)
		}
	}
}

// A claim that got an instance some other way is not launched for again, and an instance too many is ended.
func TestClaimHasOneAlready(t *testing.T) {
	for name, stock := range map[string]int{"and none comes": 0, "and one comes": 1} {
		s := newStage(t)
		s.applier.Fleets = oneOffering{s.ec2}
		s.ec2.Stock("m7g.large", "", stock, "")
		l := relaunchOf(s.lost("a"))
		s.meanwhile("PatchClaim", func() {
			status := s.claim("a").Status()
			status.ProviderID = "aws:///us-east-1a/i-other"
			_, err := s.kubernetes.PatchClaimStatus(t.Context(), "a", status)
			ok(t, err)
		})
		out, err := s.apply(l)
		ok(t, err)
		if s.claim("a").ProviderID != "aws:///us-east-1a/i-other" || len(out.Launches) != 1 || len(out.Unfilled) > 0 {
			t.Errorf("%s: claim %+v, outcome %+v", name, s.claim("a"), out)
		}
		for _, i := range s.ec2.All() {
			if i.State == "running" {
				t.Errorf("%s: an instance runs for nobody", name)
			}
		}
	}
}

// When all claims are gone before a lost answer is found, what was launched for them is ended.
func TestClaimsGoneBeforeResuming(t *testing.T) {
	s := newStage(t)
	s.ec2.Lose("Create", 2)
	_, err := s.apply(launchOf("a"))
	wantKind(t, err, model.NoAnswer)
	ok(t, s.kubernetes.DeleteNodeClaim(t.Context(), "a", "", ""))
	_, err = s.resume()
	ok(t, err)
	if i := s.ec2.All()[0]; i.State != "terminated" || len(s.open().OpenLaunches) > 0 {
		t.Errorf("instance %+v", i)
	}
}
