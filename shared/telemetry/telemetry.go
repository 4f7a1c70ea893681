// Package telemetry is what a function says about itself: log lines and metrics, both as JSON
// lines on one Writer, which is a Lambda function's standard output.
//
// Log lines are slog's, with fixed fields: the function, the cluster, the event at hand and the
// event that caused it, so that the tree from a pending pod to a running node can be grepped.
// Metrics are lines in CloudWatch's embedded metric format: CloudWatch reads them out of the log,
// no call is made for them.
//
//	t := telemetry.New(os.Stdout, telemetry.Settings{Function: cfg.Function, Level: cfg.LogLevel, Now: time.Now})
//	defer t.Flush() // at the end of each invocation: a frozen function flushes nothing
//	scope := t.About(telemetry.Subject{Cluster: head.Cluster, ClusterName: head.ClusterName, Event: head.ID})
//	scope.EventReceived(event.Kind())
//	scope.Log.Info("decided", "claims", len(claims))
//
// Which metrics there are, and how they are called, is in vocabulary.go: one method each.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Settings of a function's telemetry.
type Settings struct {
	Function string     // its name: a field of each line, a dimension of some metrics
	Version  string     // of the build; a field of each line
	Level    slog.Level // the least that is logged
	// Now is the clock: under a virtual one, equal runs write equal lines.
	Now func() time.Time
}

// Telemetry belongs to one function. It is safe for use by several goroutines.
type Telemetry struct {
	settings Settings
	out      *lines
	log      *slog.Logger

	mu      sync.Mutex
	samples samples // since the last Flush
}

// New makes a Telemetry that writes whole lines to w, one Write for one line.
func New(w io.Writer, settings Settings) *Telemetry {
	out := &lines{w: w}
	json := slog.NewJSONHandler(out, &slog.HandlerOptions{Level: settings.Level, ReplaceAttr: milliseconds})
	log := slog.New(clocked{json, settings.Now}).With("function", settings.Function)
	if settings.Version != "" {
		log = log.With("version", settings.Version)
	}
	return &Telemetry{settings: settings, out: out, log: log, samples: samples{}}
}

// Log logs what concerns no cluster.
func (t *Telemetry) Log() *slog.Logger { return t.log }

// Subject is what a line is about. Empty fields are left out of it.
type Subject struct {
	Cluster     string // key
	ClusterName string
	Event       string // id of the event at hand
	Cause       string // id of the event that led to it
}

// Scope is a Telemetry about a subject. Its metrics are the methods in vocabulary.go.
type Scope struct {
	Log     *slog.Logger
	t       *Telemetry
	cluster string // as a dimension's value
}

// About narrows to a subject.
func (t *Telemetry) About(s Subject) *Scope {
	scope := &Scope{Log: t.log, t: t, cluster: s.ClusterName + "/" + s.Cluster}
	if s.Cluster == "" {
		scope.cluster = ""
	}
	for _, field := range [][2]string{
		{"cluster", s.Cluster}, {"clusterName", s.ClusterName}, {"event", s.Event}, {"cause", s.Cause},
	} {
		if field[1] != "" {
			scope.Log = scope.Log.With(field[0], field[1])
		}
	}
	return scope
}

// lines makes slog and the metrics share one Writer.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(line)
}

// clocked replaces the real clock, which slog reads, by the given one.
type clocked struct {
	slog.Handler
	now func() time.Time
}

func (c clocked) Handle(ctx context.Context, record slog.Record) error {
	record.Time = c.now()
	return c.Handler.Handle(ctx, record)
}

func (c clocked) WithAttrs(attrs []slog.Attr) slog.Handler {
	return clocked{c.Handler.WithAttrs(attrs), c.now}
}

func (c clocked) WithGroup(name string) slog.Handler {
	return clocked{c.Handler.WithGroup(name), c.now}
}

// milliseconds writes a line's time as events write theirs.
func milliseconds(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 && attr.Key == slog.TimeKey && attr.Value.Kind() == slog.KindTime {
		return slog.String(slog.TimeKey, attr.Value.Time().UTC().Format("2006-01-02T15:04:05.000Z07:00"))
	}
	return attr
}
