package observe

import (
	"context"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// watched is a kind of object in one cluster, whatever its type.
type watched interface {
	// follow watches until ctx is done.
	follow(ctx context.Context)
	// glance lists once.
	glance(ctx context.Context)
}

// follower lists the objects of a kind and watches them from there on.
type follower[T any] struct {
	kind[T]
	watcher *watcher
	outlet  *outlet
	known   map[subject]fingerprint // nil before the first list
	since   string                  // resource version; empty when a list is needed
}

func newFollower[T any](w *watcher, k kind[T], o *outlet) *follower[T] {
	return &follower[T]{kind: k, watcher: w, outlet: o}
}

func (f *follower[T]) follow(ctx context.Context) {
	f.watcher.handler.persist(ctx, func(ctx context.Context) outcome {
		if f.since == "" {
			return f.begin(ctx)
		}
		return f.goOn(ctx)
	})
}

// begin lists. What is seen by a list alone is no reason for short pauses: the watch may be refused all the time.
func (f *follower[T]) begin(ctx context.Context) outcome {
	if err := f.relist(ctx); err != nil {
		f.watcher.failed(ctx, f.name, err)
		return fruitless
	}
	return stepped
}

// goOn watches until the watch ends. One that was told that its version is too old is followed by a list; so is one
// that brought nothing but an error, since its version may be one that the server never had: a restored cluster's.
func (f *follower[T]) goOn(ctx context.Context) outcome {
	from := f.since
	err := f.watch(ctx, from, f.notice)
	brought := f.since != from
	if err != nil {
		f.watcher.failed(ctx, f.name, err)
	}
	if model.IsKind(err, model.Gone) || err != nil && !brought {
		f.since = ""
	}
	if brought {
		return worked
	}
	return fruitless
}

// notice takes one change.
func (f *follower[T]) notice(e model.WatchEvent[T]) error {
	f.since = e.ResourceVersion
	if e.Kind == model.Bookmark {
		return nil
	}
	s := f.subject(e.Object)
	old, known := f.known[s]
	now, concerns := f.print(e.Object)
	switch {
	case e.Kind == model.Deleted || !concerns:
		delete(f.known, s)
		if known && f.leaving {
			f.outlet.tell(e.ResourceVersion, s)
		}
	case !known || old != now:
		f.known[s] = now
		f.outlet.tell(e.ResourceVersion, s)
	}
	return nil
}

// relist lists all objects and tells what is different from what is known. A list that breaks off changes nothing.
func (f *follower[T]) relist(ctx context.Context) error {
	starting := f.known == nil
	found := map[subject]fingerprint{}
	var news []subject
	version, err := f.each(ctx, func(item T) {
		now, concerns := f.print(item)
		if !concerns {
			return
		}
		s := f.subject(item)
		found[s] = now
		old, known := f.known[s]
		if starting && f.first(item) || !starting && (!known || old != now) {
			news = append(news, s)
		}
	})
	if err != nil {
		return err
	}
	for s := range f.known {
		if _, there := found[s]; !there && f.leaving {
			news = append(news, s)
		}
	}
	f.known, f.since = found, version
	f.outlet.tell(version, news...)
	return nil
}

func (f *follower[T]) glance(ctx context.Context) {
	var news []subject
	version, err := f.each(ctx, func(item T) {
		if _, concerns := f.print(item); concerns && f.polled(item) {
			news = append(news, f.subject(item))
		}
	})
	if err != nil {
		f.watcher.failed(ctx, f.name, err)
		return
	}
	f.outlet.tell(version, news...)
}

// each calls do for every object of a list and returns the list's resource version.
func (f *follower[T]) each(ctx context.Context, do func(T)) (version string, err error) {
	for page := ""; ; {
		p, err := f.list(ctx, page)
		if err != nil {
			return "", fmt.Errorf("list %s: %w", f.name, err)
		}
		for _, item := range p.Items {
			do(item)
		}
		if page = p.Next; page == "" {
			return p.ResourceVersion, nil
		}
	}
}
