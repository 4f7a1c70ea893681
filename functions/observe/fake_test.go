package observe_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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
			time.Sleep(10 * time.Millisecond)
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

// apply makes, changes or deletes the object that a scenario's line describes; see scenario_test.go.
func (c *cluster) apply(verb, name string, is words) error {
	kind := model.Upserted
	if is.has("deleted") {
		kind = model.Deleted
	}
	switch verb {
	case "pod":
		put(c, &c.pods, name, is.pod(name), kind)
	case "node":
		put(c, &c.nodes, name, is.node(name), kind)
	case "claim":
		put(c, &c.claims, name, is.claim(name), kind)
	case "pool":
		put(c, &c.pools, name, is.pool(name), kind)
	case "class":
		put(c, &c.classes, name, is.class(name), kind)
	default:
		return fmt.Errorf("no command %q", verb)
	}
	return nil
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

// words describe an object: flags, and key=value.
type words []string

func (w words) has(flag string) bool { return slices.Contains(w, flag) }

func (w words) get(key string) string {
	for _, word := range w {
		if v, ok := strings.CutPrefix(word, key+"="); ok {
			return v
		}
	}
	return ""
}

func (w words) number(key string) int64 {
	n, _ := strconv.ParseInt(w.get(key), 10, 64)
	return n
}

// pairs reads key=a:b,c:d.
func (w words) pairs(key string) map[string]string {
	out := map[string]string{}
	for _, pair := range strings.FieldsFunc(w.get(key), func(r rune) bool { return r == ',' }) {
		k, v, _ := strings.Cut(pair, ":")
		out[k] = v
	}
	return out
}

func (w words) taints() (out []model.Taint) {
	if k := w.get("taint"); k != "" {
		out = append(out, model.Taint{Key: k, Effect: model.NoExecute})
	}
	return out
}

// conditions reads the flags of the types that are True.
func (w words) conditions(kinds ...string) (out model.Conditions) {
	for _, k := range kinds {
		if w.has(k) {
			out = out.With(model.Condition{Type: k, Status: model.True, Message: w.get("message"), ObservedGeneration: w.number("observed")})
		}
	}
	return out
}

func (w words) uid() string {
	if uid := w.get("uid"); uid != "" {
		return uid
	}
	return "1"
}

func (w words) pod(name string) model.Pod {
	p := model.Pod{
		PodRef: model.PodRef{Namespace: "default", Name: name, UID: w.uid()},
		Labels: w.pairs("labels"), Unschedulable: w.has("unschedulable"), Gated: w.has("gated"), Deleting: w.has("deleting"),
		NominatedNode: w.get("nominated"), Owner: model.Owner{Kind: w.get("owner")},
	}
	if key := w.get("tolerates"); key != "" {
		p.Tolerations = []model.Toleration{{Key: key, Operator: "Exists"}}
	}
	return p
}

func (w words) node(name string) model.Node {
	return model.Node{
		Name: name, UID: w.uid(), ResourceVersion: w.get("version"), ProviderID: w.get("provider"),
		Labels: w.pairs("labels"), Annotations: w.pairs("annotations"), Taints: w.taints(),
		Allocatable: model.Resources{CPU: w.number("cpu")}.With("nvidia.com/gpu", w.number("gpu")),
		Conditions:  w.conditions(model.Ready, "MemoryPressure"), Unschedulable: w.has("cordoned"), Deleting: w.has("deleting"),
	}
}

func ourClass(name string) model.ClassRef {
	return model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: name}
}

func (w words) class(name string) model.NodeClass {
	return model.NodeClass{Name: name, UID: w.uid(), Generation: w.number("generation"), Conditions: w.conditions(model.Ready)}
}

func (w words) pool(name string) model.NodePool {
	p := model.NodePool{
		Name: name, UID: w.uid(), Generation: w.number("generation"), Annotations: w.pairs("annotations"),
		Nodes: w.number("nodes"), Conditions: w.conditions(model.Ready), Class: ourClass("default"),
	}
	if w.has("automode") {
		p.Class = model.ClassRef{Group: "eks.amazonaws.com", Kind: "NodeClass", Name: "default"}
	}
	return p
}

func (w words) claim(name string) model.NodeClaim {
	c := model.NodeClaim{
		Name: name, UID: w.uid(), ProviderID: w.get("provider"), Annotations: w.pairs("annotations"),
		Conditions: w.conditions(model.Launched, model.Registered, model.Initialized), Class: ourClass("default"),
	}
	if w.has("deleting") {
		c.DeletedAt = c.CreatedAt.AddDate(2000, 0, 0)
	}
	if w.has("automode") {
		c.Class = model.ClassRef{Group: "eks.amazonaws.com", Kind: "NodeClass", Name: "default"}
	}
	return c
}
