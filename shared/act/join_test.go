package act_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

// What a claim says once it has its instance: what is known of the node before it boots.
func TestJoin(t *testing.T) {
	s := newStage(t)
	s.ec2.Stock("m7g.large", "", 0, "")
	_, err := s.apply(launchOf("a"))
	ok(t, err)
	got, i := s.claim("a"), s.ec2.All()[0]
	labels := map[string]string{
		model.LabelNodePool: "general", model.LabelInstanceType: "c7g.large", model.LabelZone: "us-east-1b",
		model.LabelRegion: "us-east-1", model.LabelCapacityType: model.OnDemand, "karpenter.k8s.aws/instance-family": "c7g",
	}
	if diff := cmp.Diff(labels, got.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	want := model.NodeClaim{
		ProviderID: "aws:///us-east-1b/" + i.ID, ImageID: "ami-1",
		Capacity: shape("c7g.large", 4).Capacity, Allocatable: shape("c7g.large", 4).Allocatable,
		Conditions: model.Conditions{{
			Type: model.Launched, Status: model.True, Reason: "Launched", LastTransitionTime: noon, ObservedGeneration: 1,
		}},
	}
	status := model.NodeClaim{ProviderID: got.ProviderID, ImageID: got.ImageID, Capacity: got.Capacity, Allocatable: got.Allocatable, Conditions: got.Conditions}
	if diff := cmp.Diff(want, status); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	if i.Tags[model.TagName] != "general/a" {
		t.Errorf("tags %v", i.Tags)
	}
}

// Conditions that others wrote stay.
func TestJoinKeepsConditions(t *testing.T) {
	s := newStage(t)
	a := s.lost("a")
	status := a.Status()
	status.Conditions = model.Conditions{{Type: "Theirs", Status: model.True, LastTransitionTime: noon}}
	_, err := s.kubernetes.PatchClaimStatus(t.Context(), "a", status)
	ok(t, err)
	_, err = s.apply(relaunchOf(a))
	ok(t, err)
	if c := s.claim("a").Conditions; !c.IsTrue("Theirs") || !c.IsTrue(model.Launched) {
		t.Errorf("conditions %+v", c)
	}
}

// TestKilledWhilePairing: whatever call of the pairing fails, with or without effect, resuming ends in the same pairs.
func TestKilledWhilePairing(t *testing.T) {
	for _, method := range []string{"Answer", "Tag", "PatchClaim", "PatchClaimStatus", "Index", "Close"} {
		for name, fail := range map[string]func(*stage){
			"before": func(s *stage) {
				s.ec2.Refuse(method, 1, model.NoAnswer)
				s.kubernetes.Refuse(method, 1, model.NoAnswer)
				s.ledger.Refuse(method, 1, model.NoAnswer)
			},
			"after": func(s *stage) {
				s.ec2.Lose(method, 1)
				s.kubernetes.Lose(method, 1)
				s.ledger.Lose(method, 1)
			},
		} {
			t.Run(fmt.Sprint(method, " ", name), func(t *testing.T) {
				s := newStage(t)
				fail(s)
				_, err := s.apply(launchOf("a", "b", "c"))
				wantKind(t, err, model.NoAnswer)
				_, err = s.resume()
				ok(t, err)
				wantPaired(t, s, 3)
			})
		}
	}
}

// A write that came between two of ours fails the pairing, which then is done again.
func TestJoinConflict(t *testing.T) {
	s := newStage(t)
	s.meanwhile("PatchClaimStatus", func() {
		_, err := s.kubernetes.PatchClaim(t.Context(), "a", model.ClaimPatch{})
		ok(t, err)
	})
	_, err := s.apply(launchOf("a"))
	wantKind(t, err, model.Conflict)
	_, err = s.resume()
	ok(t, err)
	wantPaired(t, s, 1)
}

// An instance that is not to be tagged may not have shown up yet. After a while it has ended: then the launch ends too,
// and register retires the claim when its time is over.
func TestInstanceNotThere(t *testing.T) {
	s := newStage(t)
	s.ec2.Refuse("Tag", 2, model.NotFound)
	_, err := s.apply(launchOf("a"))
	wantKind(t, err, model.NotFound)
	s.now = s.now.Add(model.ResendBefore - time.Second)
	_, err = s.resume()
	wantKind(t, err, model.NotFound)
	s.ec2.Refuse("Tag", 1, model.NotFound)
	s.now = s.now.Add(time.Second)
	_, err = s.resume()
	ok(t, err)
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0 for ""
a #1 Launched=True by l-1x0
`)
}

// Many instances go into the index a few at once.
func TestIndexMany(t *testing.T) {
	s := newStage(t)
	var names []string
	for i := range 60 {
		names = append(names, fmt.Sprintf("c%02d", i))
	}
	_, err := s.apply(launchOf(names...))
	ok(t, err)
	wantPaired(t, s, 60)
	if n := s.ledger.Calls("Index"); n != 3 {
		t.Errorf("%d calls of Index", n)
	}
}
