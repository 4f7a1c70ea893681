package ledgertest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// launch of one claim, at the epoch.
func launch(id string, epoch int64) model.Launch {
	return model.Launch{
		Schema: model.LaunchSchema, ID: id, Cluster: cluster, Epoch: epoch, Attempt: 1, Token: id,
		Action: model.LaunchAction{
			ID: id, Attempt: 1, CapacityType: model.Spot, Class: "default",
			Template:  model.LaunchTemplate{Pool: "general", ID: "lt-0a", Version: "3"},
			Overrides: []model.FleetOverride{{Type: "m7g.large", Zone: "us-east-1a", Subnet: "subnet-0a"}},
			Claims:    []model.NodeClaim{{Name: "general-" + id}},
		},
		Request:   []byte(`{"Type":"instant"}`),
		CreatedAt: start,
	}
}

func answer(instances ...string) model.FleetAnswer {
	a := model.FleetAnswer{FleetID: "fleet-0a"}
	for _, id := range instances {
		a.Instances = append(a.Instances, model.Instance{ID: id, Type: "m7g.large", Zone: "us-east-1a", CapacityType: model.Spot})
	}
	return a
}

func freezes(t *testing.T, l Ledger, clock *Clock) {
	_, err := l.Launch(t.Context(), cluster, "l-1")
	wantKind(t, err, model.NotFound)

	opened := mustOpen(t, l)
	one, two := launch("l-1", opened.Epoch), launch("l-2", opened.Epoch)
	minute := clock.Now().Truncate(time.Minute)
	ok(t, l.Freeze(t.Context(), lane, nil, minute, 0))
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{two, one}, minute, 2))
	got, err := l.Launch(t.Context(), cluster, "l-1")
	ok(t, err)
	equal(t, "launch", got, one)

	ok(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-1-a2", opened.Epoch)}, minute, 3))
	equal(t, "lane", mustOpen(t, l), model.Lane{
		Cluster: cluster, Name: lane, Epoch: 2, LaunchMinute: minute, LaunchCount: 3,
		OpenLaunches: []string{"l-1", "l-1-a2", "l-2"},
	})
}

func freezeLost(t *testing.T, l Ledger, clock *Clock) {
	wantKind(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-0", 1)}, clock.Now(), 1), model.Conflict)
	loser := mustOpen(t, l)
	winner := mustOpen(t, l)
	wantKind(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-1", loser.Epoch)}, clock.Now(), 1), model.Conflict)
	_, err := l.Launch(t.Context(), cluster, "l-1")
	wantKind(t, err, model.NotFound)
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-2", winner.Epoch)}, clock.Now(), 1))
	mustOpen(t, l)
	// Both at once: the lane counts.
	wantKind(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-2", loser.Epoch)}, clock.Now(), 1), model.Conflict)
	equal(t, "open", mustOpen(t, l).OpenLaunches, []string{"l-2"})
}

func freezeTwice(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-1", opened.Epoch)}, clock.Now(), 1))
	changed := launch("l-1", opened.Epoch)
	changed.Request = []byte("other")
	err := l.Freeze(t.Context(), lane, []model.Launch{launch("l-2", opened.Epoch), changed}, clock.Now(), 2)
	wantKind(t, err, model.AlreadyExists)
	got, err := l.Launch(t.Context(), cluster, "l-1")
	ok(t, err)
	equal(t, "launch", got, launch("l-1", opened.Epoch))
	_, err = l.Launch(t.Context(), cluster, "l-2")
	wantKind(t, err, model.NotFound)
	equal(t, "count", mustOpen(t, l).LaunchCount, int64(1))
}

func freezeMixed(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	foreign := launch("l-2", opened.Epoch)
	foreign.Cluster = "other"
	err := l.Freeze(t.Context(), lane, []model.Launch{launch("l-1", opened.Epoch), foreign}, clock.Now(), 1)
	wantKind(t, err, model.Invalid)
}

// largeLaunch is what the cap on launches allows at most: it must fit into an item.
func largeLaunch(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	large := launch("l-1", opened.Epoch)
	reply := answer()
	for i := range 300 {
		claim := model.NodeClaim{Name: fmt.Sprintf("general-%05d", i), Labels: map[string]string{}}
		for j := range 40 {
			claim.Labels[fmt.Sprintf("karpenter.k8s.aws/label-%d", j)] = "some-value-of-usual-length"
		}
		large.Action.Claims = append(large.Action.Claims, claim)
		reply.Instances = append(reply.Instances, model.Instance{ID: fmt.Sprintf("i-%017x", i*7919), Type: "m7g.large", Zone: "us-east-1a"})
	}
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{large}, clock.Now(), 300))
	_, err := l.Answer(t.Context(), cluster, "l-1", reply)
	ok(t, err)
	got, err := l.Launch(t.Context(), cluster, "l-1")
	ok(t, err)
	large.Answer = &reply
	equal(t, "launch", got, large)
}

func answers(t *testing.T, l Ledger, clock *Clock) {
	_, err := l.Answer(t.Context(), cluster, "l-1", answer("i-1"))
	wantKind(t, err, model.NotFound)

	opened := mustOpen(t, l)
	frozen := launch("l-1", opened.Epoch)
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{frozen}, clock.Now(), 1))
	first := answer("i-1", "i-2")
	got, err := l.Answer(t.Context(), cluster, "l-1", first)
	ok(t, err)
	equal(t, "answer", got, first)
	got, err = l.Answer(t.Context(), cluster, "l-1", answer("i-3"))
	ok(t, err)
	equal(t, "answer", got, first)

	read, err := l.Launch(t.Context(), cluster, "l-1")
	ok(t, err)
	frozen.Answer = &first
	equal(t, "launch", read, frozen)

	// An answer without instances is one, too.
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-2", opened.Epoch)}, clock.Now(), 2))
	none := model.FleetAnswer{Errors: []model.FleetError{{Kind: model.NoCapacity, Code: "InsufficientInstanceCapacity"}}}
	_, err = l.Answer(t.Context(), cluster, "l-2", none)
	ok(t, err)
	got, err = l.Answer(t.Context(), cluster, "l-2", answer("i-4"))
	ok(t, err)
	equal(t, "answer", got, none)
}

func answersRace(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-1", opened.Epoch)}, clock.Now(), 1))
	got := make([]model.FleetAnswer, 6)
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() {
			var err error
			if got[i], err = l.Answer(t.Context(), cluster, "l-1", answer(fmt.Sprint("i-", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for i := range got {
		equal(t, "answer", got[i], got[0])
	}
}

func closes(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	ok(t, l.Freeze(t.Context(), lane, []model.Launch{launch("l-1", opened.Epoch), launch("l-2", opened.Epoch)}, clock.Now(), 2))
	ok(t, l.Close(t.Context(), cluster, lane, "l-1"))
	ok(t, l.Close(t.Context(), cluster, lane, "l-1"))
	_, err := l.Launch(t.Context(), cluster, "l-1")
	wantKind(t, err, model.NotFound)
	_, err = l.Answer(t.Context(), cluster, "l-1", answer("i-1"))
	wantKind(t, err, model.NotFound)
	equal(t, "open", mustOpen(t, l).OpenLaunches, []string{"l-2"})
	ok(t, l.Close(t.Context(), cluster, lane, "l-2"))
	opened = mustOpen(t, l)
	if len(opened.OpenLaunches) > 0 {
		t.Errorf("open launches %v after the last was closed", opened.OpenLaunches)
	}
}

func closesRace(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	var launches []model.Launch
	for i := range 8 {
		launches = append(launches, launch(fmt.Sprint("l-", i), opened.Epoch))
	}
	ok(t, l.Freeze(t.Context(), lane, launches, clock.Now(), 8))
	var wait sync.WaitGroup
	for _, each := range launches {
		wait.Go(func() {
			if err := l.Close(t.Context(), cluster, lane, each.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if opened = mustOpen(t, l); len(opened.OpenLaunches) > 0 {
		t.Errorf("open launches %v after all were closed", opened.OpenLaunches)
	}
}
