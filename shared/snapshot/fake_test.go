package snapshot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

var start = time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)

// one runs tasks one after another.
func one(ctx context.Context, tasks ...func(context.Context) error) error {
	var first error
	for _, task := range tasks {
		if err := task(ctx); first == nil {
			first = err
		}
	}
	return first
}

// cluster is a Source that behaves: it pages, has one resource version over all kinds, keeps a log of changes of
// which it forgets the beginning, and counts calls.
type cluster struct {
	version    int
	forgotten  int // changes up to this version are not known any more
	pageSize   int
	pods       map[string]model.Pod
	nodes      map[string]model.Node
	daemonSets map[string]model.DaemonSet
	claims     map[string]model.NodeClaim
	pools      map[string]model.NodePool
	log        []change

	calls  []string
	before func(call string) error // called at the beginning of each call
}

type change struct {
	version int
	kind    string
	key     string
}

func newCluster() *cluster {
	return &cluster{
		version: 1, pageSize: 3, before: func(string) error { return nil },
		pods: map[string]model.Pod{}, nodes: map[string]model.Node{}, daemonSets: map[string]model.DaemonSet{},
		claims: map[string]model.NodeClaim{}, pools: map[string]model.NodePool{},
	}
}

func (c *cluster) changed(kind, key string) {
	c.version++
	c.log = append(c.log, change{c.version, kind, key})
}

func (c *cluster) putPod(p model.Pod) {
	c.pods[p.PodRef.String()] = p
	c.changed("pod", p.PodRef.String())
}

func (c *cluster) deletePod(key string) {
	delete(c.pods, key)
	c.changed("pod", key)
}

func (c *cluster) putNode(n model.Node) {
	c.nodes[n.Name] = n
	c.changed("node", n.Name)
}

func (c *cluster) call(name string) error {
	c.calls = append(c.calls, name)
	return c.before(name)
}

func page[T any](c *cluster, name, token string, m map[string]T, take func(T) bool) (model.Page[T], error) {
	if err := c.call(name); err != nil {
		return model.Page[T]{}, err
	}
	p := model.Page[T]{ResourceVersion: strconv.Itoa(c.version)}
	n := 0
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if token != "" && key <= token || !take(m[key]) {
			continue
		}
		if n++; n > c.pageSize {
			return p, nil
		}
		p.Items = append(p.Items, m[key])
		p.Next = key
	}
	p.Next = ""
	return p, nil
}

func changes[T any](c *cluster, name, kind, since string, m map[string]T, take func(T) bool) (model.Changes[T], error) {
	if err := c.call(name); err != nil {
		return model.Changes[T]{}, err
	}
	from, err := strconv.Atoi(since)
	if err != nil {
		return model.Changes[T]{}, fmt.Errorf("since %q", since)
	}
	if from < c.forgotten {
		return model.Changes[T]{}, &model.Error{Kind: model.Gone, Op: name}
	}
	out := model.Changes[T]{ResourceVersion: since}
	seen := map[string]bool{}
	for _, x := range c.log {
		if x.kind != kind || x.version <= from {
			continue
		}
		out.ResourceVersion = strconv.Itoa(x.version)
		if seen[x.key] {
			continue
		}
		seen[x.key] = true
		if v, there := m[x.key]; there && take(v) {
			out.Upserted = append(out.Upserted, v)
		} else {
			out.Deleted = append(out.Deleted, x.key)
		}
	}
	return out, nil
}

func isBound(p model.Pod) bool   { return p.NodeName != "" && !p.Finished() }
func isPending(p model.Pod) bool { return p.NodeName == "" && !p.Finished() }
func anything[T any](T) bool     { return true }

func (c *cluster) PendingPods(_ context.Context, t string) (model.Page[model.Pod], error) {
	return page(c, "list pending", t, c.pods, isPending)
}
func (c *cluster) BoundPods(_ context.Context, t string) (model.Page[model.Pod], error) {
	return page(c, "list bound", t, c.pods, isBound)
}
func (c *cluster) Nodes(_ context.Context, t string) (model.Page[model.Node], error) {
	return page(c, "list nodes", t, c.nodes, anything)
}
func (c *cluster) DaemonSets(_ context.Context, t string) (model.Page[model.DaemonSet], error) {
	return page(c, "list daemonsets", t, c.daemonSets, anything)
}
func (c *cluster) NodeClaims(_ context.Context, t string) (model.Page[model.NodeClaim], error) {
	return page(c, "list claims", t, c.claims, anything)
}
func (c *cluster) NodePools(_ context.Context, t string) (model.Page[model.NodePool], error) {
	return page(c, "list pools", t, c.pools, anything)
}
func (c *cluster) PodChanges(_ context.Context, since string) (model.Changes[model.Pod], error) {
	return changes(c, "watch bound", "pod", since, c.pods, isBound)
}
func (c *cluster) NodeChanges(_ context.Context, since string) (model.Changes[model.Node], error) {
	return changes(c, "watch nodes", "node", since, c.nodes, anything)
}
func (c *cluster) DaemonSetChanges(_ context.Context, since string) (model.Changes[model.DaemonSet], error) {
	return changes(c, "watch daemonsets", "daemonset", since, c.daemonSets, anything)
}

// catalogs is a Catalogs with one catalog, or none.
type catalogs struct {
	catalog *model.Catalog
	err     error
	sent    int // bodies
}

func (c *catalogs) Catalog(_ context.Context, _, etag string) (*model.Catalog, string, error) {
	switch {
	case c.err != nil:
		return nil, "", c.err
	case c.catalog == nil:
		return nil, "", &model.Error{Kind: model.NotFound, Op: "get catalog"}
	case c.catalog.Version == etag:
		return nil, etag, nil
	}
	c.sent++
	return c.catalog, c.catalog.Version, nil
}

func pod(name, node string, cpu int64) model.Pod {
	return model.Pod{
		PodRef:   model.PodRef{Namespace: "default", Name: name, UID: "uid-" + name},
		NodeName: node, CreatedAt: start, Requests: model.Resources{CPU: cpu, Pods: 1},
	}
}

func daemonPod(name, node, daemonSet string) model.Pod {
	p := pod(name, node, 100)
	p.Owner = model.Owner{Kind: "DaemonSet", Name: daemonSet, UID: daemonSet}
	return p
}

func mustRead(t testing.TB, r *Reader) model.Snapshot {
	t.Helper()
	s, err := r.Read(context.Background(), start)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func podNames(s model.Snapshot) string {
	var names []string
	for _, p := range s.Pods {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func used(t testing.TB, s model.Snapshot, node string) model.Resources {
	t.Helper()
	for _, n := range s.Nodes {
		if n.Name == node {
			return n.Used
		}
	}
	t.Fatalf("no node %s", node)
	return model.Resources{}
}
