package boot

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// persist retries as a kubelet retries its registration: for ever, from 100 ms to 7 s apart. What fails for another
// reason than before is logged. It returns false when the context ended first.
func persist(ctx context.Context, log *slog.Logger, attempt func(context.Context) error) bool {
	said := ""
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 7*time.Second) {
		err := attempt(ctx)
		if err == nil {
			return true
		}
		if text := err.Error(); text != said && !errors.Is(err, context.Canceled) {
			log.Warn("trying again", "error", err)
			said = text
		}
		if !pause(ctx, wait) {
			return false
		}
	}
}

// pause waits; it returns false when the context ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
