package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/events"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// path of one pod through the pipeline, as times of this machine's one clock. All but the first are taken by the AWS
// emulator when it has received a request, or is about to answer it.
//
//	unschedulable   the scheduler's verdict is seen by a watch of ours, as observe sees it
//	published       observe's PutEvents received
//	handed          the queue's answer to the poller that carries the message to provision
//	asked           provision's first call received: the lane
//	fleet           CreateFleet received
//	answered        and answered
type path struct {
	unschedulable, published, handed, asked, fleet, answered time.Time
	// before are provision's calls that the emulator received between handed and fleet, in order.
	before []emulator.Call
}

// own is what our two functions took: observe until it published, coalescing included, and provision until it asked
// EC2, its waiting for the ledger included.
func (p path) own() time.Duration {
	return p.published.Sub(p.unschedulable) + p.fleet.Sub(p.handed)
}

// carried is what the bus and the queue took.
func (p path) carried() time.Duration { return p.handed.Sub(p.published) }

func (p path) all() time.Duration { return p.fleet.Sub(p.unschedulable) }

// answers is how long, of own, at least one of provision's calls was with the emulator.
func (p path) answers() time.Duration {
	var sum time.Duration
	var until time.Time
	for _, c := range p.before {
		from, to := c.Received(), c.Received().Add(c.Took())
		if from.Before(until) {
			from = until
		}
		if to.After(from) {
			sum += to.Sub(from)
			until = to
		}
	}
	return sum
}

// caller is how the emulator's log knows provision.
type caller struct {
	provision string
	queue     string // the end of the URL of its queue
}

var (
	errNoFleet = errors.New("no CreateFleet was received")
	// errShared says that something else woke provision at the same time, so that nobody can tell whose call is whose.
	errShared = errors.New("the pod met a tick or another event")
)

// trace finds the path of the pod that was seen unschedulable at the time, among the calls of the time around it.
func (who caller) trace(unschedulable time.Time, calls []emulator.Call) (path, error) {
	calls = slices.Clone(calls)
	slices.SortFunc(calls, func(a, b emulator.Call) int { return cmp.Compare(a.StartMS, b.StartMS) })
	p := path{unschedulable: unschedulable}
	shared := false
	for _, c := range calls {
		at := c.Received()
		switch {
		case tells(c, events.KindPodsPending) && p.published.IsZero() && at.After(unschedulable):
			p.published = at
		case tells(c, events.KindTick, events.KindCatalogChanged, events.KindCapacityNeeded) && at.After(unschedulable.Add(-time.Second)):
			shared = true
		case c.Action == "CreateFleet" && c.Caller == who.provision && at.After(unschedulable):
			p.fleet, p.answered = at, at.Add(c.Took())
			return who.inner(p, shared, calls)
		}
	}
	return path{}, errNoFleet
}

// tells reports whether the call puts an event of one of the kinds on the bus.
func tells(c emulator.Call, kinds ...string) bool {
	if c.Action != "PutEvents" {
		return false
	}
	return slices.ContainsFunc(strings.Split(c.Parameters["detailTypes"], ","), func(kind string) bool {
		return slices.Contains(kinds, kind)
	})
}

// inner fills in what lies between published and fleet.
func (who caller) inner(p path, shared bool, calls []emulator.Call) (path, error) {
	if p.published.IsZero() || shared {
		return p, errShared
	}
	for _, c := range calls {
		if at := c.Received(); c.Caller == who.provision && at.After(p.published) && at.Before(p.fleet) {
			p.before = append(p.before, c)
		}
	}
	if len(p.before) == 0 {
		return p, errors.New("provision asked for a fleet without a call before it")
	}
	p.asked = p.before[0].Received()
	for _, c := range calls {
		end := c.Received().Add(c.Took())
		if c.Action == "ReceiveMessage" && strings.HasSuffix(c.Parameters["queue"], who.queue) &&
			end.After(p.published) && end.Before(p.asked) && end.After(p.handed) {
			p.handed = end
		}
	}
	if p.handed.IsZero() {
		return p, fmt.Errorf("no poll of %s was answered in time", who.queue)
	}
	return p, nil
}
