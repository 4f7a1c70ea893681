// Package ledgertest is what any ledger promises, as tests. The fake runs it in memory; the real one runs it against
// DynamoDB. Where they differ, one of them is wrong.
package ledgertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

// Ledger is all that a ledger does.
type Ledger interface {
	Cluster(ctx context.Context, key string) (model.Cluster, error)
	Clusters(ctx context.Context, page string) (model.Page[model.Cluster], error)
	PutCluster(ctx context.Context, cluster model.Cluster) error

	Open(ctx context.Context, cluster, lane string, wokenAt time.Time) (model.Lane, bool, error)
	Complete(ctx context.Context, cluster, lane string, epoch int64, began time.Time, breakers []model.Breaker, drop []model.Unavailable) error
	Mark(ctx context.Context, cluster, lane string, marks []model.Unavailable) error

	Freeze(ctx context.Context, lane string, launches []model.Launch, minute time.Time, count int64) error
	Launch(ctx context.Context, cluster, id string) (model.Launch, error)
	Answer(ctx context.Context, cluster, id string, answer model.FleetAnswer) (model.FleetAnswer, error)
	Close(ctx context.Context, cluster, lane, id string) error

	Index(ctx context.Context, cluster string, claimOf map[string]string) error
	ClaimOf(ctx context.Context, instance string) (cluster, claim string, err error)

	Acquire(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// Clock is set by the tests.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Run runs the suite. open makes an empty ledger with the clock, and is called once a test.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) Ledger) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Ledger, *Clock)
	}{
		{"clusters", clusters},
		{"clusters page", clustersPage},
		{"open", opens},
		{"open answered", answered},
		{"complete", completes},
		{"complete lost", completeLost},
		{"marks", marks},
		{"breakers", breakers},
		{"freeze", freezes},
		{"freeze lost", freezeLost},
		{"freeze twice", freezeTwice},
		{"freeze mixed", freezeMixed},
		{"large launch", largeLaunch},
		{"answer", answers},
		{"answers race", answersRace},
		{"close", closes},
		{"closes race", closesRace},
		{"index", index},
		{"lease", leases},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := &Clock{at: start}
			c.test(t, open(t, clock.Now), clock)
		})
	}
}

var start = time.Date(2026, 11, 5, 10, 0, 0, 123456789, time.UTC)

const (
	cluster = "0123456789ab"
	lane    = model.LaneProvision
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind model.ErrorKind) {
	t.Helper()
	if !model.IsKind(err, kind) {
		t.Fatalf("error is %v (%s), want kind %s", err, model.KindOf(err), kind)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// mustOpen opens the lane for a wake-up that nobody has answered.
func mustOpen(t *testing.T, l Ledger) model.Lane {
	t.Helper()
	opened, answered, err := l.Open(t.Context(), cluster, lane, time.Time{})
	ok(t, err)
	if answered {
		t.Fatal("a wake-up of unknown time counts as answered")
	}
	return opened
}
