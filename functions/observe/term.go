package observe

import (
	"context"
	"fmt"
	"time"
)

const (
	leaseName = "observe"
	// leaseFor is how long a lease outlives the last that was heard of its holder.
	leaseFor = 90 * time.Second
	askEvery = 30 * time.Second
	// handover is how long before its end a watcher lets go of the lease. Invocations come once a minute, so one
	// begins at least half a minute before its predecessor ends.
	handover = 90 * time.Second
	// overlap is how long a watcher goes on once its successor holds the lease: long enough for that one to
	// connect and list.
	overlap = 15 * time.Second
	// farewell is what Lambda's deadline leaves us to end in order.
	farewell = 10 * time.Second
)

// term is one watcher's time.
//
//	begin                                     lapse              end
//	|  lease, renewed every 30 s              |  lease is free   |
//	|  watching                               |  watching        |
//	                                            ^ the successor takes the lease; 15 s after we know, we stop
//
// The lease is never asked for beyond lapse. Asking for it later than that gives it to nobody, and is refused once
// somebody else holds it: so the watcher learns of its successor without standing in its way.
type term struct {
	handler    *Handler
	holder     string
	lapse, end time.Time
}

func newTerm(ctx context.Context, h *Handler) *term {
	began := h.Now()
	end := began.Add(h.For)
	if deadline, ok := ctx.Deadline(); ok && deadline.Add(-farewell).Before(end) {
		end = deadline.Add(-farewell)
	}
	// A life too short for the handover, as one may set it to try things out, gives up its second half to it.
	lapse := end.Add(-min(handover, end.Sub(began)/2))
	return &term{handler: h, holder: h.NewID(), lapse: lapse, end: end}
}

// ask acquires or renews the lease. False means that somebody else watches.
func (t *term) ask(ctx context.Context) (bool, error) {
	now := t.handler.Now()
	until := now.Add(leaseFor)
	if until.After(t.lapse) {
		until = t.lapse
	}
	got, err := t.handler.Leases.Acquire(ctx, leaseName, t.holder, now, until)
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", leaseName, err)
	}
	return got, nil
}

// hold returns when the watcher is to stop: its time is over, or somebody else has begun to watch, be it as planned
// or because the ledger had not heard of us for too long. A ledger that fails is no reason to stop watching.
func (t *term) hold(ctx context.Context) {
	log := t.handler.Telemetry.Log()
	for t.wait(ctx, askEvery) {
		got, err := t.ask(ctx)
		if err != nil {
			log.WarnContext(ctx, "lease not renewed", "error", err.Error())
			continue
		}
		if !got {
			log.InfoContext(ctx, "a successor watches")
			t.wait(ctx, overlap)
			return
		}
	}
}

// wait waits, at most until the end, and reports whether time is left.
func (t *term) wait(ctx context.Context, d time.Duration) bool {
	left := t.end.Sub(t.handler.Now())
	return t.handler.pause(ctx, min(d, left)) && d < left
}
