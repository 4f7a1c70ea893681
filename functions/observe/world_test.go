package observe_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/functions/observe"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// world is what observe lives in.
type world struct {
	ctx     context.Context
	cancel  context.CancelFunc
	began   time.Time
	ledger  *fake.Ledger
	running sync.WaitGroup
	ids     int
	output  bytes.Buffer // log and metrics; to be read when all has ended

	mu       sync.Mutex
	clusters map[string]*cluster // by key
	gone     map[string]bool     // unregistered
	outages  map[string]string   // of bus, ledger
	current  *cluster
	lines    []line
	attempts []time.Duration // to connect, when
	put      []events.Event
}

type line struct {
	at   time.Duration
	text string
}

func newWorld(ctx context.Context) *world {
	w := &world{
		began: time.Now(), ledger: fake.NewLedger(time.Now),
		clusters: map[string]*cluster{}, gone: map[string]bool{}, outages: map[string]string{},
	}
	w.ctx, w.cancel = context.WithCancel(ctx)
	return w
}

func (w *world) end() {
	w.cancel()
	w.running.Wait()
}

func (w *world) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line{time.Since(w.began), fmt.Sprintf(format, args...)})
}

// take returns the lines since the last time, those of one moment sorted: who is first among them is chance.
func (w *world) take() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortFunc(w.lines, func(a, b line) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.text, b.text)) })
	for _, l := range w.lines {
		out = append(out, fmt.Sprintf("%.3f %s", l.at.Seconds(), l.text))
	}
	w.lines = nil
	return out
}

func keyOf(name string) string {
	return model.KeyOf("arn:aws:eks:eu-west-1:123456789012:cluster/" + name)
}

func (w *world) run(verb string, args []string) error {
	if len(args) == 0 {
		args = []string{""}
	}
	switch verb {
	case "cluster", "recreate":
		w.current = newCluster()
		w.mu.Lock()
		w.clusters[keyOf(args[0])] = w.current
		w.mu.Unlock()
		return w.ledger.PutCluster(w.ctx, model.Cluster{Name: args[0], Key: keyOf(args[0]), UID: verb})
	case "unregister":
		w.gone[keyOf(args[0])] = true
	case "use":
		w.current = w.clusters[keyOf(args[0])]
	case "down", "up":
		w.current.do(func() { w.current.down = verb == "down" })
	case "cut":
		w.current.do(func() { w.current.cuts++ })
	case "restore":
		w.current.restore()
	case "compact":
		w.current.do(func() { w.current.version++; w.current.compacts = w.current.version })
	case "without", "with":
		w.current.refuse(args[0], verb == "without")
	case "bus", "ledger":
		w.outage(verb, args[0])
	case "watch", "poll":
		return w.invoke(config.ObserveMode(verb), args)
	case "wait":
		d, err := time.ParseDuration(args[0])
		time.Sleep(d)
		return err
	default:
		return w.current.apply(verb, args[0], args[1:])
	}
	return nil
}

func (w *world) outage(who, how string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outages[who] = how
}

func (w *world) reach(who string) error {
	w.mu.Lock()
	how := w.outages[who]
	w.mu.Unlock()
	switch how {
	case "lame":
		time.Sleep(time.Second)
		fallthrough
	case "down":
		return &model.Error{Kind: model.NoAnswer, Op: who, Code: "Fake"}
	}
	return nil
}

// Clusters is the ledger's, without those that were taken out.
func (w *world) Clusters(ctx context.Context, page string) (model.Page[model.Cluster], error) {
	if err := w.reach("ledger"); err != nil {
		return model.Page[model.Cluster]{}, err
	}
	p, err := w.ledger.Clusters(ctx, page)
	w.mu.Lock()
	defer w.mu.Unlock()
	p.Items = slices.DeleteFunc(p.Items, func(c model.Cluster) bool { return w.gone[c.Key] })
	return p, err
}

// Acquire is the ledger's.
func (w *world) Acquire(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	if err := w.reach("ledger"); err != nil {
		return false, err
	}
	return w.ledger.Acquire(ctx, name, holder, now, until)
}

// Put says what is put on the bus.
func (w *world) Put(_ context.Context, entries []events.Entry) error {
	if err := w.reach("bus"); err != nil {
		return err
	}
	if len(entries) > events.MaxBatchCount {
		return &model.Error{Kind: model.Invalid, Op: "put events"}
	}
	for _, e := range entries {
		event, err := decoded(e)
		if err != nil {
			return err
		}
		w.say("%s", described(event))
		w.mu.Lock()
		w.put = append(w.put, event)
		w.mu.Unlock()
	}
	return nil
}

// invoke starts an invocation and says when it is over.
func (w *world) invoke(mode config.ObserveMode, args []string) error {
	life := 14 * time.Minute
	if len(args) > 1 {
		var err error
		if life, err = time.ParseDuration(args[1]); err != nil {
			return err
		}
	}
	h := w.handler(mode, life)
	w.running.Go(func() {
		err := h.Handle(w.ctx, []byte("{}"))
		if err != nil {
			w.say("%s ended: %s", args[0], strings.ReplaceAll(err.Error(), "\n", "; "))
			return
		}
		w.say("%s ended", args[0])
	})
	return nil
}

func (w *world) handler(mode config.ObserveMode, life time.Duration) *observe.Handler {
	return &observe.Handler{
		Registry: w, Clusters: w, Leases: w, Bus: w,
		Telemetry: telemetry.New(&w.output, telemetry.Settings{Function: "observe", Level: slog.LevelDebug, Now: time.Now}),
		Mode:      mode, For: life,
		Now: time.Now, After: time.After, NewID: w.newID,
		Random:   func() float64 { return 0.5 },
		Parallel: parallel,
	}
}

func (w *world) newID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return "id-" + strconv.Itoa(w.ids)
}

func parallel(ctx context.Context, tasks ...func(context.Context) error) error {
	failed := make([]error, len(tasks))
	var running sync.WaitGroup
	for i, task := range tasks {
		running.Go(func() { failed[i] = task(ctx) })
	}
	running.Wait()
	return errors.Join(failed...)
}

// Connect takes until the cluster answers, at most ten seconds.
func (w *world) Connect(ctx context.Context, key string) (observe.Kubernetes, error) {
	w.mu.Lock()
	c := w.clusters[key]
	w.attempts = append(w.attempts, time.Since(w.began))
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return c, c.reachable(ctx)
}

// decoded is the event as whoever is woken sees it.
func decoded(e events.Entry) (events.Event, error) {
	return events.Decode(fmt.Appendf(nil, `{"source":%q,"detail-type":%q,"detail":%s}`, e.Source, e.DetailType, e.Detail))
}

func described(event events.Event) string {
	var what string
	switch event := event.(type) {
	case events.PodsPending:
		for _, p := range event.Pods {
			what += " " + p.Name
		}
		what = fmt.Sprintf("%d:%s", event.Count, what)
	case events.NodeChanged:
		what = fmt.Sprintf("nodes %v claims %v", event.Nodes, event.Claims)
	case events.PoolChanged:
		what = fmt.Sprint(event.Pools)
	case events.ClassChanged:
		what = fmt.Sprint(event.Classes)
	}
	return fmt.Sprintf("%s: %s %s", event.Head().ClusterName, event.Kind(), what)
}
