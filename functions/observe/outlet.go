package observe

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/events"
)

const (
	// quiet is the silence after which news goes out: what one change in a cluster sets off comes within it.
	quiet = 20 * time.Millisecond
	// longest is how long news waits for silence.
	longest = 300 * time.Millisecond
	// lastPut is how long the last news of a watcher that ends may take.
	lastPut = 5 * time.Second
)

// outlet gathers the news of one cluster for one kind of event, and puts it on the bus.
type outlet struct {
	watcher *watcher
	compose func(head func() events.Header, news gathered) []events.Event
	stirred chan struct{} // holds one when news may be waiting

	mu      sync.Mutex
	waiting gathered
	latest  time.Time // when the last of it came
}

// gathered is news that goes out together.
type gathered struct {
	subjects []subject // each once, in order of arrival
	has      map[subject]bool
	version  string    // the newest resource version
	since    time.Time // when the first of it came
}

func newOutlet(w *watcher, compose func(func() events.Header, gathered) []events.Event) *outlet {
	return &outlet{watcher: w, compose: compose, stirred: make(chan struct{}, 1)}
}

// tell adds news of the resource version.
func (o *outlet) tell(version string, news ...subject) {
	if len(news) == 0 {
		return
	}
	now := o.watcher.handler.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting.add(now, version, news)
	o.latest = now
	o.stir()
}

func (g *gathered) add(now time.Time, version string, news []subject) {
	if g.has == nil {
		g.has, g.since = map[subject]bool{}, now
	}
	g.version = version
	for _, s := range news {
		if !g.has[s] {
			g.has[s] = true
			g.subjects = append(g.subjects, s)
		}
	}
}

func (o *outlet) stir() {
	select {
	case o.stirred <- struct{}{}:
	default:
	}
}

// run puts news on the bus until ctx is done, and then what is left, once. What the bus did not take goes with what
// comes next.
func (o *outlet) run(ctx context.Context) {
	var pauses backoff
	h := o.watcher.handler
	for o.settled(ctx) {
		news := o.take()
		err := o.put(ctx, news)
		if err == nil {
			pauses.reset()
			continue
		}
		o.giveBack(news)
		if ctx.Err() == nil {
			o.watcher.scope.Log.WarnContext(ctx, "news not put on the bus; it is put again", "error", err.Error())
		}
		h.pause(ctx, pauses.next(h.Random()))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastPut)
	defer cancel()
	if err := o.put(ctx, o.take()); err != nil {
		o.watcher.scope.Log.ErrorContext(ctx, "last news lost", "error", err.Error())
	}
}

// settled waits for news and then for silence; false when ctx is done.
func (o *outlet) settled(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-o.stirred:
	}
	for {
		left := o.left()
		if left <= 0 {
			return ctx.Err() == nil
		}
		if !o.watcher.handler.pause(ctx, left) {
			return false
		}
	}
}

// left is how long the news that is waiting has still to wait, if no more comes.
func (o *outlet) left() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting.subjects) == 0 {
		return 0
	}
	due := o.latest.Add(quiet)
	if last := o.waiting.since.Add(longest); last.Before(due) {
		due = last
	}
	return due.Sub(o.watcher.handler.Now())
}

func (o *outlet) take() gathered {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.waiting
	o.waiting = gathered{}
	return taken
}

// giveBack puts news in front of what came after it.
func (o *outlet) giveBack(news gathered) {
	if len(news.subjects) == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if later := o.waiting; len(later.subjects) > 0 {
		news.add(news.since, later.version, later.subjects)
	}
	o.waiting = news
	o.stir()
}

// put puts news on the bus. Of an error, nothing or only some of it may have been taken: it may all be put again.
func (o *outlet) put(ctx context.Context, news gathered) error {
	if len(news.subjects) == 0 {
		return nil
	}
	w := o.watcher
	head := func() events.Header { return events.NewHeader(w.named(), w.handler.NewID(), news.since) }
	told := o.compose(head, news)
	var entries []events.Entry
	for _, e := range told {
		entry, err := events.Encode(e)
		if err != nil { // a fault of ours, which would only repeat itself
			w.scope.Log.ErrorContext(ctx, "event dropped", "error", err.Error())
			continue
		}
		entries = append(entries, entry)
	}
	for _, part := range events.Batches(entries) {
		if err := w.handler.Bus.Put(ctx, part); err != nil {
			return fmt.Errorf("cluster %s: %w", w.cluster.Name, err)
		}
	}
	for _, entry := range entries {
		w.scope.EventPublished(entry.DetailType)
	}
	return nil
}
