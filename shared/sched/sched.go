// Package sched decides: a snapshot of a cluster in, a Plan out. It is pure. The same inputs give the same Plan byte
// for byte, whatever the order of the snapshot's lists; nothing is read but the arguments, and nothing is changed.
//
// Decide goes from what exists to what has to be bought:
//
//	demand.go     which pods want a place; the others are passed over, with the reason
//	group.go      equal pods become one group, and every question is asked once a group
//	seat.go       what exists (existing.go) and what is on its way (inflight.go) takes what it can, pods that a
//	              claim was made for first (place.go)
//	buy.go        what is left gets new claims, pool by pool, each of the type that is the best value (pack)
//	lost.go       claims that EC2 gave nothing are launched again, or taken back
//	explain.go    pods that found nothing get a reason for each pool
//
// under the limits of pools (limits.go), the caps of the cluster (caps.go) and the breaker (breaker.go). Carrying the
// Plan out and deciding again gives a Plan without anything to do but to repeat why pods wait.
//
// Spread, affinity between pods and volumes are not looked at yet: they narrow a group's offerings and couple the
// seats of its pods, between group.go and buy.go.
package sched

import (
	"cmp"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Decide says what to do about the cluster at the time. The evaluation is only carried into the Plan's words: what is
// to be done follows from the snapshot alone. Settings that are zero are the defaults.
func Decide(now time.Time, snapshot model.Snapshot, evaluation model.Evaluation, settings model.Settings) model.Plan {
	d := newDecision(now, &snapshot, settings.WithDefaults())
	demand := d.sortOut()
	displaced := d.putBack(demand.remembered)
	d.trip(demand.remembered, displaced)
	groups := groupPods(append(demand.waiting, d.tried(displaced)...), d.barred)
	for _, g := range groups {
		d.settle(g)
	}
	d.relaunch()
	d.buy(groups)
	d.explain(groups)
	d.remember()
	return d.plan(evaluation)
}

// decision is one call of Decide at work.
type decision struct {
	now      time.Time
	snapshot *model.Snapshot
	settings model.Settings

	table       *table
	daemons     []daemon
	pools       []*pool // in the order in which they are asked
	seats       []*seat // in the order in which they are filled
	claimOffers map[string]selection
	nodeNames   map[string]bool
	budget      budget

	bought     []purchase
	placements []model.Placement
	unplaced   []model.Unplaced
	ignored    []model.Ignored
	breakers   []model.Breaker // opened now
	actions    []model.Action
}

func newDecision(now time.Time, snapshot *model.Snapshot, settings model.Settings) *decision {
	snapshot = ordered(snapshot)
	d := &decision{now: now, snapshot: snapshot, settings: settings, claimOffers: map[string]selection{}, nodeNames: map[string]bool{}}
	for _, n := range snapshot.Nodes {
		d.nodeNames[n.Name] = true
	}
	d.table = newTable(snapshot.Catalog)
	d.daemons = newDaemons(snapshot.DaemonSets)
	d.pools = newPools(d)
	d.seats = newSeats(d)
	d.countClaims()
	d.budget = newBudget(d)
	return d
}

// ordered is the snapshot with the lists sorted in whose order something is decided. The caller's lists stay as they
// are.
func ordered(s *model.Snapshot) *model.Snapshot {
	out := *s
	out.Nodes = slices.Clone(s.Nodes)
	slices.SortFunc(out.Nodes, func(a, b model.Node) int { return compareText(a.Name, b.Name) })
	out.Claims = slices.Clone(s.Claims)
	slices.SortFunc(out.Claims, func(a, b model.NodeClaim) int { return compareText(a.Name, b.Name) })
	out.Lane.Breakers = slices.Clone(s.Lane.Breakers)
	slices.SortFunc(out.Lane.Breakers, func(a, b model.Breaker) int {
		return cmp.Or(compareText(a.Owner, b.Owner), b.Until.Compare(a.Until), compareText(a.Reason, b.Reason))
	})
	return &out
}

// pool finds a pool by name, nil when it is gone.
func (d *decision) pool(name string) *pool {
	i := slices.IndexFunc(d.pools, func(p *pool) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return d.pools[i]
}
