package act_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

// The order of the calls is what makes a killed function harmless.
func TestApplyInOrder(t *testing.T) {
	s := newStage(t)
	out, err := s.apply(launchOf("a"))
	ok(t, err)
	s.wantCalls("Freeze", "CreateNodeClaim", "Create", "Answer", "Tag", "PatchClaim", "PatchClaimStatus", "Index", "Close")
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0 for "a"
a #1 Launched=True by l-1x0
`)
	if len(out.Launches) != 1 || len(out.Launches[0].Pairs) != 1 || out.Launches[0].Pairs[0].Claim != "a" || !out.Launches[0].At.Equal(noon) {
		t.Errorf("outcome %+v", out)
	}
}

func TestApplyLaunchesFirst(t *testing.T) {
	s := newStage(t)
	old, err := s.kubernetes.CreateNodeClaim(t.Context(), model.NodeClaim{Name: "old"})
	ok(t, err)
	plan := planOf(launchOf("a"))
	plan.Actions = append([]model.Action{
		{Tell: &model.TellAction{Reason: "Nominated"}},
		{Release: &model.ReleaseAction{Claim: "old", UID: old.UID, ResourceVersion: old.ResourceVersion}},
	}, plan.Actions...)
	_, err = s.applier.Apply(t.Context(), plan, s.open())
	ok(t, err)
	if s.calls[0] != "Freeze" || s.calls[len(s.calls)-1] != "CreateEvent" {
		t.Errorf("launches do not come first, or words not last: %v", s.calls)
	}
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0 for "a"
a #1 Launched=True by l-1x0
`)
}

// Whoever lost the lane writes nothing at all: its plan is stale in every part.
func TestApplyAfterTheLaneWasLost(t *testing.T) {
	s := newStage(t)
	old, err := s.kubernetes.CreateNodeClaim(t.Context(), model.NodeClaim{Name: "old"})
	ok(t, err)
	lane := s.open()
	s.open() // another decision
	plan := planOf(launchOf("a"))
	plan.Actions = append(plan.Actions,
		model.Action{Release: &model.ReleaseAction{Claim: "old", UID: old.UID}},
		model.Action{Tell: &model.TellAction{}})
	_, err = s.applier.Apply(t.Context(), plan, lane)
	if !errors.Is(err, act.ErrLaneLost) {
		t.Errorf("error %v", err)
	}
	s.wantCalls("Freeze")
	s.wantState("old #0 Launched=Unknown by \n")
}

// A failed launch keeps neither the other launches nor the other actions from being carried out.
func TestApplyGoesOn(t *testing.T) {
	s := newStage(t)
	second := launchOf("b")
	second.ID = "l-1x1"
	plan := planOf(launchOf("a"), second)
	plan.Actions = append(plan.Actions, model.Action{Key: "k", Tell: &model.TellAction{Reason: "R"}})
	s.ec2.Refuse("Create", 1, model.Throttled)
	out, err := s.applier.Apply(t.Context(), plan, s.open())
	wantKind(t, err, model.Throttled)
	if len(out.Launches) != 1 || out.Launches[0].Launch != "l-1x1" || len(s.kubernetes.Told()) != 1 {
		t.Errorf("outcome %+v, told %v", out, s.kubernetes.Told())
	}
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x1 for "b"
a #0 Launched=Unknown by l-1x0
b #1 Launched=True by l-1x1
open l-1x0
`)
}

// Side by side, for the race detector: many claims in many launches, and words.
func TestApplySideBySide(t *testing.T) {
	s := newStage(t)
	s.kubernetes.Around, s.ec2.Around, s.ledger.Around = nil, nil, nil // the log is not for goroutines
	s.applier.Parallel = sideBySide
	s.ec2.Stock("m7g.large", "", 5, "")
	var plan model.Plan
	for _, x := range "abcdefgh" {
		l := launchOf(string(x)+"1", string(x)+"2")
		l.ID = "l-1x" + string(x)
		plan.Actions = append(plan.Actions, model.Action{Launch: &l},
			model.Action{Key: string(x), Tell: &model.TellAction{Reason: string(x)}})
	}
	lane, _, err := s.ledger.Open(t.Context(), s.applier.Cluster.Key, model.LaneProvision, noon)
	ok(t, err)
	_, err = s.applier.Apply(t.Context(), plan, lane)
	ok(t, err)
	of := map[string]string{}
	for _, c := range s.kubernetes.AllClaims() {
		if of[c.ProviderID] != "" || !c.Launched() {
			t.Errorf("claim %s: instance %q, which %q has", c.Name, c.ProviderID, of[c.ProviderID])
		}
		of[c.ProviderID] = c.Name
	}
	if len(of) != 16 || len(s.ec2.All()) != 16 || len(s.kubernetes.Told()) != 8 {
		t.Errorf("%d claims, %d instances, %d words", len(of), len(s.ec2.All()), len(s.kubernetes.Told()))
	}
}

func sideBySide(ctx context.Context, tasks ...func(context.Context) error) error {
	failed := make([]error, len(tasks))
	var running sync.WaitGroup
	for i, task := range tasks {
		running.Go(func() { failed[i] = task(ctx) })
	}
	running.Wait()
	return errors.Join(failed...)
}
