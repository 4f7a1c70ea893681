package act_test

import (
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestRelease(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*stage, *model.ReleaseAction)
		gone   bool
		failed model.ErrorKind
	}{
		"as planned":           {func(*stage, *model.ReleaseAction) {}, true, ""},
		"another of that name": {func(s *stage, r *model.ReleaseAction) { r.UID = "another" }, false, ""},
		"changed before": {func(s *stage, r *model.ReleaseAction) {
			_, err := s.kubernetes.PatchClaim(s.t.Context(), "a", model.ClaimPatch{})
			ok(s.t, err)
		}, false, ""},
		"changed between": {func(s *stage, r *model.ReleaseAction) {
			s.meanwhile("PatchClaim", func() {
				_, err := s.kubernetes.PatchClaim(s.t.Context(), "a", model.ClaimPatch{})
				ok(s.t, err)
			})
		}, false, ""},
		"launched by now": {func(s *stage, r *model.ReleaseAction) {
			r.ResourceVersion = ""
			status := s.claim("a").Status()
			status.ProviderID = "aws:///us-east-1a/i-1"
			_, err := s.kubernetes.PatchClaimStatus(s.t.Context(), "a", status)
			ok(s.t, err)
		}, false, ""},
		"gone":                  {func(s *stage, r *model.ReleaseAction) { r.Claim = "other" }, false, ""},
		"no answer":             {func(s *stage, r *model.ReleaseAction) { s.kubernetes.Refuse("NodeClaim", 1, model.NoAnswer) }, false, model.NoAnswer},
		"no answer to deletion": {func(s *stage, r *model.ReleaseAction) { s.kubernetes.Refuse("DeleteNodeClaim", 1, model.NoAnswer) }, false, model.NoAnswer},
	} {
		s := newStage(t)
		a := s.lost("a")
		r := model.ReleaseAction{Claim: "a", UID: a.UID, ResourceVersion: a.ResourceVersion}
		c.spoil(s, &r)
		_, err := s.applier.Apply(t.Context(), model.Plan{Actions: []model.Action{{Release: &r}}}, s.open())
		if model.KindOf(err) != c.failed {
			t.Errorf("%s: error %v", name, err)
		}
		if gone := len(s.kubernetes.AllClaims()) == 0; gone != c.gone {
			t.Errorf("%s: gone %t, want %t", name, gone, c.gone)
		}
	}
}

// Killed between its two writes, a release is done again and ends.
func TestReleaseAgain(t *testing.T) {
	s := newStage(t)
	a := s.lost("a")
	s.kubernetes.Refuse("DeleteNodeClaim", 1, model.NoAnswer)
	release := func(version string) error {
		r := model.ReleaseAction{Claim: "a", UID: a.UID, ResourceVersion: version}
		_, err := s.applier.Apply(t.Context(), model.Plan{Actions: []model.Action{{Release: &r}}}, s.open())
		return err
	}
	wantKind(t, release(a.ResourceVersion), model.NoAnswer)
	ok(t, release(s.claim("a").ResourceVersion))
	s.wantState("")
}

// A claim that somebody took up while it was given up is theirs.
func TestGiveUpLeavesWhatChanged(t *testing.T) {
	s := newStage(t)
	s.ec2.Stock("", "", 0, "")
	s.meanwhile("Close", func() {
		launch := "l-2x0"
		_, err := s.kubernetes.PatchClaim(t.Context(), "a", model.ClaimPatch{Annotations: map[string]*string{model.AnnotationLaunch: &launch}})
		ok(t, err)
	})
	out, err := s.apply(launchOf("a"))
	ok(t, err)
	if a := s.claim("a"); a.Annotations[model.AnnotationLaunch] != "l-2x0" || len(a.Finalizers) != 1 || len(out.Unfilled) != 1 {
		t.Errorf("claim %+v, outcome %+v", a, out)
	}
}
