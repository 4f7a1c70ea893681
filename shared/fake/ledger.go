package fake

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Ledger is shared/ledger in memory.
type Ledger struct {
	Faults
	now func() time.Time

	state    sync.Mutex
	clusters map[string]model.Cluster
	lanes    map[laneID]*lane
	launches map[launchID]model.Launch
	claims   map[string]indexed
	leases   map[string]lease
}

type (
	laneID   struct{ cluster, name string }
	launchID struct{ cluster, id string }
	indexed  struct {
		cluster, claim string
		expires        time.Time
	}
	lease struct {
		holder string
		until  time.Time
	}
)

// lane keeps marks and breakers by what they are about.
type lane struct {
	model.Lane
	marks    map[model.Unavailable]model.Unavailable
	breakers map[string]model.Breaker
}

// pageOfClusters is the length of the pages of Clusters, as the real one's.
const pageOfClusters = 100

// NewLedger returns an empty ledger with the clock.
func NewLedger(now func() time.Time) *Ledger {
	return &Ledger{
		now:      now,
		clusters: map[string]model.Cluster{},
		lanes:    map[laneID]*lane{},
		launches: map[launchID]model.Launch{},
		claims:   map[string]indexed{},
		leases:   map[string]lease{},
	}
}

// do runs one call under the lock, with the faults that are due.
func (l *Ledger) do(method string, f func() error) error {
	return l.call(method, func() error {
		l.state.Lock()
		defer l.state.Unlock()
		return f()
	})
}

// Cluster as ledger.Ledger's.
func (l *Ledger) Cluster(_ context.Context, key string) (cluster model.Cluster, err error) {
	err = l.do("Cluster", func() error {
		c, ok := l.clusters[key]
		if !ok {
			return failure(model.NotFound, "read cluster", "cluster %s", key)
		}
		cluster = c
		return nil
	})
	return cluster, err
}

// Clusters as ledger.Ledger's.
func (l *Ledger) Clusters(_ context.Context, page string) (list model.Page[model.Cluster], err error) {
	err = l.do("Clusters", func() error {
		for _, key := range slices.Sorted(maps.Keys(l.clusters)) {
			switch {
			case key <= page:
			case len(list.Items) == pageOfClusters:
				list.Next = list.Items[pageOfClusters-1].Key
				return nil
			default:
				list.Items = append(list.Items, l.clusters[key])
			}
		}
		return nil
	})
	return list, err
}

// PutCluster as ledger.Ledger's.
func (l *Ledger) PutCluster(_ context.Context, cluster model.Cluster) error {
	return l.do("PutCluster", func() error {
		if cluster.Key == "" {
			return failure(model.Invalid, "put cluster", "cluster %q has no key", cluster.Name)
		}
		l.clusters[cluster.Key] = cluster
		return nil
	})
}

// Index as ledger.Ledger's.
func (l *Ledger) Index(_ context.Context, cluster string, claimOf map[string]string) error {
	return l.do("Index", func() error {
		if len(claimOf) > 25 {
			return failure(model.Invalid, "index instances", "%d instances, at most 25 at once", len(claimOf))
		}
		for instance, claim := range claimOf {
			l.claims[instance] = indexed{cluster, claim, l.now().Add(90 * 24 * time.Hour)}
		}
		return nil
	})
}

// ClaimOf as ledger.Ledger's.
func (l *Ledger) ClaimOf(_ context.Context, instance string) (cluster, claim string, err error) {
	err = l.do("ClaimOf", func() error {
		i, ok := l.claims[instance]
		if !ok || !l.now().Before(i.expires) {
			return failure(model.NotFound, "look up instance", "instance %s", instance)
		}
		cluster, claim = i.cluster, i.claim
		return nil
	})
	return cluster, claim, err
}

// Acquire as ledger.Ledger's.
func (l *Ledger) Acquire(_ context.Context, name, holder string, now, until time.Time) (got bool, err error) {
	err = l.do("Acquire", func() error {
		held, ok := l.leases[name]
		if got = !ok || held.holder == holder || !now.Before(held.until); got {
			l.leases[name] = lease{holder, until}
		}
		return nil
	})
	return got && err == nil, err
}

// Release as ledger.Ledger's.
func (l *Ledger) Release(_ context.Context, name, holder string) error {
	return l.do("Release", func() error {
		if l.leases[name].holder == holder {
			delete(l.leases, name)
		}
		return nil
	})
}

// lane is the lane's state, made when missing.
func (l *Ledger) lane(cluster, name string) *lane {
	id := laneID{cluster, name}
	if l.lanes[id] == nil {
		l.lanes[id] = &lane{
			Lane:     model.Lane{Cluster: cluster, Name: name},
			marks:    map[model.Unavailable]model.Unavailable{},
			breakers: map[string]model.Breaker{},
		}
	}
	return l.lanes[id]
}

// view of the lane at a time, with what has run out apart.
func (s *lane) view(now time.Time) model.Lane {
	out := s.Lane
	out.OpenLaunches = slices.Clone(s.OpenLaunches)
	for _, m := range slices.SortedFunc(maps.Values(s.marks), compareMarks) {
		if now.Before(m.Until) {
			out.Unavailable = append(out.Unavailable, m)
		} else {
			out.Lapsed.Unavailable = append(out.Lapsed.Unavailable, m)
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(s.breakers)) {
		if b := s.breakers[owner]; now.Before(b.Until) {
			out.Breakers = append(out.Breakers, b)
		} else {
			out.Lapsed.Breakers = append(out.Lapsed.Breakers, b)
		}
	}
	return out
}

func compareMarks(a, b model.Unavailable) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Zone, b.Zone),
		cmp.Compare(a.CapacityType, b.CapacityType), cmp.Compare(a.Subnet, b.Subnet))
}

// marked is the mark without its end and reason: what it is about.
func marked(m model.Unavailable) model.Unavailable {
	m.Until, m.Reason = time.Time{}, ""
	return m
}
