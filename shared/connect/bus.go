package connect

import (
	"context"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/aws/bus"
)

// Bus is the adapter, spoken to in entries of events.
type Bus struct{ bus *bus.Bus }

// Put publishes the entries in one call.
func (b Bus) Put(ctx context.Context, entries []events.Entry) error {
	out := make([]bus.Entry, len(entries))
	for i, e := range entries {
		out[i] = bus.Entry(e)
	}
	return b.bus.Put(ctx, out)
}
