package ledgertest

import (
	"sync"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

func opens(t *testing.T, l Ledger, _ *Clock) {
	equal(t, "new lane", mustOpen(t, l), model.Lane{Cluster: cluster, Name: lane, Epoch: 1})
	equal(t, "lane", mustOpen(t, l), model.Lane{Cluster: cluster, Name: lane, Epoch: 2})

	other, _, err := l.Open(t.Context(), cluster, model.LaneDisrupt, start)
	ok(t, err)
	equal(t, "other lane", other, model.Lane{Cluster: cluster, Name: model.LaneDisrupt, Epoch: 1})

	var wait sync.WaitGroup
	epochs := make([]int64, 8)
	for i := range epochs {
		wait.Go(func() {
			opened, _, err := l.Open(t.Context(), cluster, lane, start)
			if err != nil {
				t.Error(err)
			}
			epochs[i] = opened.Epoch
		})
	}
	wait.Wait()
	seen := map[int64]bool{}
	for _, e := range epochs {
		if seen[e] {
			t.Errorf("two decisions hold epoch %d", e)
		}
		seen[e] = true
	}
}

func answered(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	began := clock.Now()
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, began, nil, nil))

	for _, c := range []struct {
		name    string
		wokenAt time.Time
		want    bool
	}{
		{"long before", began.Add(-time.Minute), true},
		{"just more than 2 s before", began.Add(-2*time.Second - time.Nanosecond), true},
		{"2 s before", began.Add(-2 * time.Second), false},
		{"just before", began.Add(-time.Millisecond), false},
		{"after", began.Add(time.Second), false},
	} {
		before := opened.Epoch
		got, answered, err := l.Open(t.Context(), cluster, lane, c.wokenAt)
		ok(t, err)
		if answered != c.want {
			t.Errorf("woken %s: answered = %v, want %v", c.name, answered, c.want)
		}
		if raised := got.Epoch != before; raised == c.want {
			t.Errorf("woken %s: epoch %d -> %d", c.name, before, got.Epoch)
		}
		equal(t, "completed", got.Completed, began)
		opened = got
	}
}

func completes(t *testing.T, l Ledger, clock *Clock) {
	opened := mustOpen(t, l)
	began := clock.Now()
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, began, nil, nil))
	// The answer may have been lost.
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, began, nil, nil))
	equal(t, "lane", mustOpen(t, l), model.Lane{Cluster: cluster, Name: lane, Epoch: 2, Completed: began})
}

func completeLost(t *testing.T, l Ledger, clock *Clock) {
	wantKind(t, l.Complete(t.Context(), cluster, lane, 1, clock.Now(), nil, nil), model.Conflict)
	loser := mustOpen(t, l)
	mustOpen(t, l)
	b := []model.Breaker{{Owner: "rs-1", Until: clock.Now().Add(time.Hour)}}
	wantKind(t, l.Complete(t.Context(), cluster, lane, loser.Epoch, clock.Now(), b, nil), model.Conflict)
	equal(t, "lane", mustOpen(t, l), model.Lane{Cluster: cluster, Name: lane, Epoch: 3})
}

func marks(t *testing.T, l Ledger, clock *Clock) {
	until := clock.Now().Add(3 * time.Minute)
	offering := model.Unavailable{Type: "m7g.large", Zone: "us-east-1b", CapacityType: model.Spot, Until: until, Reason: "InsufficientInstanceCapacity"}
	quota := model.Unavailable{CapacityType: model.OnDemand, Until: until.Add(time.Minute), Reason: "VcpuLimitExceeded"}
	subnet := model.Unavailable{Subnet: "subnet-0a", Until: until.Add(time.Minute), Reason: "InsufficientFreeAddressesInSubnet"}

	ok(t, l.Mark(t.Context(), cluster, lane, nil))
	ok(t, l.Mark(t.Context(), cluster, lane, []model.Unavailable{offering}))
	ok(t, l.Mark(t.Context(), cluster, lane, []model.Unavailable{subnet, quota, offering}))
	opened := mustOpen(t, l)
	equal(t, "epoch of a lane that was marked before it was opened", opened.Epoch, int64(1))
	equal(t, "marks", opened.Unavailable, []model.Unavailable{subnet, quota, offering})

	clock.Pass(3 * time.Minute)
	opened = mustOpen(t, l)
	equal(t, "marks", opened.Unavailable, []model.Unavailable{subnet, quota})
	equal(t, "lapsed", opened.Lapsed, model.Lapsed{Unavailable: []model.Unavailable{offering}})

	drop := append(opened.Lapsed.Unavailable, opened.Lapsed.Unavailable...)
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, clock.Now(), nil, drop))
	opened = mustOpen(t, l)
	equal(t, "marks", opened.Unavailable, []model.Unavailable{subnet, quota})
	equal(t, "lapsed", opened.Lapsed, model.Lapsed{})

	offering.Until = clock.Now().Add(time.Minute)
	again := offering
	again.Until = again.Until.Add(time.Minute)
	ok(t, l.Mark(t.Context(), cluster, lane, []model.Unavailable{offering, again}))
	equal(t, "marks", mustOpen(t, l).Unavailable, []model.Unavailable{subnet, quota, again})

	wantKind(t, l.Mark(t.Context(), cluster, lane, make([]model.Unavailable, 101)), model.Invalid)
}

func breakers(t *testing.T, l Ledger, clock *Clock) {
	a := model.Breaker{Owner: "a", Until: clock.Now().Add(time.Minute), Reason: "pods do not bind"}
	b := model.Breaker{Owner: "b", Until: clock.Now().Add(time.Hour), Reason: "pods do not bind"}
	opened := mustOpen(t, l)
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, clock.Now(), []model.Breaker{b}, nil))
	opened = mustOpen(t, l)
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, clock.Now(), []model.Breaker{a, a}, nil))
	opened = mustOpen(t, l)
	equal(t, "merged", opened.Breakers, []model.Breaker{a, b})

	clock.Pass(time.Minute)
	opened = mustOpen(t, l)
	equal(t, "running", opened.Breakers, []model.Breaker{b})
	equal(t, "lapsed", opened.Lapsed, model.Lapsed{Breakers: []model.Breaker{a}})
	ok(t, l.Complete(t.Context(), cluster, lane, opened.Epoch, clock.Now(), opened.Lapsed.Breakers, nil))
	opened = mustOpen(t, l)
	equal(t, "running", opened.Breakers, []model.Breaker{b})
	equal(t, "lapsed", opened.Lapsed, model.Lapsed{})
}
