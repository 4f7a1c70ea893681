package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// ErrUnmade says that claims of an open launch are not in the cluster yet. A snapshot is short of them, and whoever
// decides by it buys for their pods again.
var ErrUnmade = errors.New("claims of an open launch are not made yet")

// unmadeError is the cause why claims are not made.
type unmadeError struct{ error }

func (e *unmadeError) Unwrap() []error { return []error{ErrUnmade, e.error} }

// Resume drives every launch on that an earlier decision left open. The claims that come out empty stay without
// instance and launch; the decision that follows sees them so. An error leaves its launch open and the others alone;
// unless ErrUnmade is among them, the claims of all launches are there to be seen, and it is safe to decide.
func (a *Applier) Resume(ctx context.Context, lane model.Lane) (Outcome, error) {
	var out Outcome
	var failed error
	for _, id := range lane.OpenLaunches {
		launch, err := a.Ledger.Launch(ctx, a.Cluster.Key, id)
		if model.IsKind(err, model.NotFound) {
			if err := a.Ledger.Close(ctx, a.Cluster.Key, a.Lane, id); err != nil {
				failed = errors.Join(failed, fmt.Errorf("close launch %s: %w", id, err))
			}
			continue
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("open launch %s: %w", id, &unmadeError{err}))
			continue
		}
		r, err := a.drive(ctx, launch, maybeSent)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		out.Launches = append(out.Launches, r.launched())
	}
	return out, failed
}
