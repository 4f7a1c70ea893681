package telemetry

import (
	"context"
	"errors"
	"log/slog"
)

// Observe takes what became of a record of a queue, in the words of package batch, whose Observer
// a Telemetry is: group is the cluster's key. An error that knows the kind of its event has a
// method Kind() string.
func (t *Telemetry) Observe(ctx context.Context, group, id, outcome string, err error) {
	scope := t.About(Subject{Cluster: group})
	kind, decoding := "?", false
	var known interface{ Kind() string }
	if errors.As(err, &known) {
		kind, decoding = known.Kind(), true
	}
	level := slog.LevelDebug
	switch outcome {
	case "skipped":
		if decoding {
			scope.EventUnknown(kind)
		}
	case "kept":
		level = slog.LevelError
		scope.EventKept(kind)
		if decoding {
			scope.EventMalformed(kind)
		}
	case "retried", "late", "failed":
		level = slog.LevelWarn
		scope.MessageReturned(outcome)
	case "behind":
		scope.MessageReturned(outcome)
	}
	attrs := []slog.Attr{slog.String("message", id), slog.String("outcome", outcome)}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	scope.Log.LogAttrs(ctx, level, "record", attrs...)
}
