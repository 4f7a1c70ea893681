package observe

import (
	"context"
	"time"
)

const (
	firstPause = 200 * time.Millisecond
	maxPause   = 30 * time.Second
)

// backoff are the pauses between attempts that came to nothing: each up to twice as long as the last, and at least
// half of that, so that many watchers don't come back at the same moment.
type backoff struct{ failures int }

func (b *backoff) next(random float64) time.Duration {
	most := maxPause
	if b.failures < 16 { // beyond, the shift would only overflow
		most = min(maxPause, firstPause<<b.failures)
	}
	b.failures++
	return most/2 + time.Duration(random*float64(most/2))
}

func (b *backoff) reset() { b.failures = 0 }

// pause waits and reports whether ctx still goes on.
func (h *Handler) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-ctx.Done():
		return false
	case <-h.After(d):
		return ctx.Err() == nil
	}
}

// outcome of an attempt.
type outcome int

const (
	fruitless outcome = iota // it came to nothing: the next pause is longer
	stepped                  // it made the next attempt possible: no pause
	worked                   // it did what it was for: the next pause is short
	finished                 // no more attempts
)

// persist calls attempt until it has finished or ctx is done. Whatever works is followed by a short pause as well, so
// that a server which ends each watch at once is not asked without rest.
func (h *Handler) persist(ctx context.Context, attempt func(context.Context) outcome) {
	var pauses backoff
	for ctx.Err() == nil {
		switch attempt(ctx) {
		case finished:
			return
		case stepped:
			continue
		case worked:
			pauses.reset()
		}
		h.pause(ctx, pauses.next(h.Random()))
	}
}
