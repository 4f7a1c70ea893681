package observe_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// cluster is an API server in memory: lists in pages of two, watches that go on from a version until they are cut,
// and versions that get too old.
type cluster struct {
	mu       sync.Mutex
	version  int
	down     bool          // nothing answers: a call hangs until its context ends or the cluster is up again
	changed  chan struct{} // closed and replaced whenever something happens
	compacts int           // watches can't go on from before this version
	cuts     int
	pageSize int
	endless  bool // watches end as soon as they begin
	watches  int  // that were begun

	pods    store[model.Pod]
	nodes   store[model.Node]
	claims  store[model.NodeClaim]
	pools   store[model.NodePool]
	classes store[model.NodeClass]
}

// store of one kind: the objects by key, and all that ever happened.
type store[T any] struct {
	refused bool // as if the kind did not exist
	objects map[string]T
	log     []change[T]
	late    []model.WatchEvent[T] // a watch that is stopped still hands these over, having read them before
}

type change[T any] struct {
	version int
	event   model.WatchEvent[T]
}

func newCluster() *cluster { return &cluster{version: 100, pageSize: 2, changed: make(chan struct{})} }

// do changes something and wakes the watches.
func (c *cluster) do(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.changed)
	c.changed = make(chan struct{})
}

func put[T any](c *cluster, s *store[T], key string, object T, kind model.WatchKind) {
	c.do(func() {
		c.version++
		if s.objects == nil {
			s.objects = map[string]T{}
		}
		s.objects[key] = object
		if kind == model.Deleted {
			delete(s.objects, key)
		}
		s.log = append(s.log, change[T]{c.version, model.WatchEvent[T]{Kind: kind, Object: object, ResourceVersion: strconv.Itoa(c.version)}})
	})
}

// reachable waits while the cluster is down.
func (c *cluster) reachable(ctx context.Context) error {
	for {
		c.mu.Lock()
		down, changed := c.down, c.changed
		c.mu.Unlock()
		if !down {
			return nil
		}
		select {
		case <-ctx.Done():
			return &model.Error{Kind: model.NoAnswer, Op: "call", Err: ctx.Err()}
		case <-changed:
		}
	}
}

func list[T any](ctx context.Context, c *cluster, s *store[T], page string) (model.Page[T], error) {
	if err := c.reachable(ctx); err != nil {
		return model.Page[T]{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.refused {
		return model.Page[T]{}, &model.Error{Kind: model.NotFound, Op: "list", Code: "NotFound"}
	}
	version, from := c.version, 0
	if page != "" {
		fmt.Sscanf(page, "%d/%d", &version, &from)
	}
	if version != c.version {
		return model.Page[T]{}, &model.Error{Kind: model.Gone, Op: "list", Code: "Expired"}
	}
	keys := slices.Sorted(maps.Keys(s.objects))
	p := model.Page[T]{ResourceVersion: strconv.Itoa(version)}
	for _, k := range keys[from:min(len(keys), from+c.pageSize)] {
		p.Items = append(p.Items, s.objects[k])
	}
	if next := from + c.pageSize; next < len(keys) {
		p.Next = fmt.Sprintf("%d/%d", version, next)
	}
	return p, nil
}

func watch[T any](ctx context.Context, c *cluster, s *store[T], since string, handle func(model.WatchEvent[T]) error) error {
	from, _ := strconv.Atoi(since)
	c.mu.Lock()
	cuts := c.cuts
	c.watches++
	ends, bookmark := c.endless, strconv.Itoa(from+c.watches)
	c.mu.Unlock()
	if ends {
		return handle(model.WatchEvent[T]{Kind: model.Bookmark, ResourceVersion: bookmark})
	}
	for {
		c.mu.Lock()
		changed, compacted, future, cut, down := c.changed, from < c.compacts, from > c.version, c.cuts != cuts, c.down
		var news []change[T]
		for _, e := range s.log {
			if e.version > from {
				news = append(news, e)
			}
		}
		c.mu.Unlock()
		switch {
		case compacted:
			return &model.Error{Kind: model.Gone, Op: "watch", Code: "Expired"}
		case down:
			return &model.Error{Kind: model.NoAnswer, Op: "watch", Code: "connection reset"}
		case cut:
			return nil
		case future:
			return &model.Error{Kind: model.NoAnswer, Op: "watch", Code: "Timeout", Err: errors.New("too large resource version")}
		}
		for _, e := range news {
			from = e.version
			if err := handle(e.event); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			if len(s.late) > 0 {
				time.Sleep(10 * time.Millisecond)
			}
			for _, e := range s.late {
				handle(e)
			}
			return nil
		case <-changed:
		}
	}
}

func (c *cluster) PendingPods(ctx context.Context, page string) (model.Page[model.Pod], error) {
	return list(ctx, c, &c.pods, page)
}
func (c *cluster) Nodes(ctx context.Context, page string) (model.Page[model.Node], error) {
	return list(ctx, c, &c.nodes, page)
}
func (c *cluster) NodeClaims(ctx context.Context, page string) (model.Page[model.NodeClaim], error) {
	return list(ctx, c, &c.claims, page)
}
func (c *cluster) NodePools(ctx context.Context, page string) (model.Page[model.NodePool], error) {
	return list(ctx, c, &c.pools, page)
}
func (c *cluster) NodeClasses(ctx context.Context, page string) (model.Page[model.NodeClass], error) {
	return list(ctx, c, &c.classes, page)
}
func (c *cluster) WatchPending(ctx context.Context, since string, handle func(model.WatchEvent[model.Pod]) error) error {
	return watch(ctx, c, &c.pods, since, handle)
}
func (c *cluster) WatchNodes(ctx context.Context, since string, handle func(model.WatchEvent[model.Node]) error) error {
	return watch(ctx, c, &c.nodes, since, handle)
}
func (c *cluster) WatchClaims(ctx context.Context, since string, handle func(model.WatchEvent[model.NodeClaim]) error) error {
	return watch(ctx, c, &c.claims, since, handle)
}
func (c *cluster) WatchPools(ctx context.Context, since string, handle func(model.WatchEvent[model.NodePool]) error) error {
	return watch(ctx, c, &c.pools, since, handle)
}
func (c *cluster) WatchClasses(ctx context.Context, since string, handle func(model.WatchEvent[model.NodeClass]) error) error {
	return watch(ctx, c, &c.classes, since, handle)
}

// restore sets the store back to a version long before: what is there stays, what happened is forgotten.
func (c *cluster) restore() {
	c.do(func() {
		c.version, c.compacts, c.cuts = 50, 50, c.cuts+1
		c.pods.log, c.nodes.log, c.claims.log, c.pools.log, c.classes.log = nil, nil, nil, nil, nil
	})
}

// refuse makes a kind answer as if its definition were not installed, or not any more.
func (c *cluster) refuse(kind string, yes bool) {
	c.do(func() {
		switch kind {
		case "claims":
			c.claims.refused = yes
		case "pools":
			c.pools.refused = yes
		case "classes":
			c.classes.refused = yes
		}
	})
}
