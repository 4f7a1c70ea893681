package fake

import (
	"context"
	"slices"
	"sync"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// Bus is an event bus that remembers what was put on it. Whoever delivers takes it from there.
type Bus struct {
	Faults

	state   sync.Mutex
	entries []events.Entry
}

// Put takes up to events.MaxBatchCount entries.
func (b *Bus) Put(_ context.Context, entries []events.Entry) error {
	return b.call("Put", func() error {
		if len(entries) > events.MaxBatchCount {
			return failure(model.Invalid, "put events", "%d entries, at most %d at once", len(entries), events.MaxBatchCount)
		}
		b.state.Lock()
		defer b.state.Unlock()
		b.entries = append(b.entries, entries...)
		return nil
	})
}

// Entries are all that were put and not taken, in order.
func (b *Bus) Entries() []events.Entry {
	b.state.Lock()
	defer b.state.Unlock()
	return slices.Clone(b.entries)
}

// Take returns the entries and forgets them.
func (b *Bus) Take() []events.Entry {
	b.state.Lock()
	defer b.state.Unlock()
	taken := b.entries
	b.entries = nil
	return taken
}
