package snapshot

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

// atOnce runs tasks at once, as the bootstraps do.
func atOnce(ctx context.Context, tasks ...func(context.Context) error) error {
	var all sync.WaitGroup
	failed := make([]error, len(tasks))
	for i, task := range tasks {
		all.Go(func() { failed[i] = task(ctx) })
	}
	all.Wait()
	return errors.Join(failed...)
}

// steady is a Source that can be asked at once.
type steady struct {
	mu sync.Mutex
	*cluster
}

func (s *steady) lock() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *steady) PendingPods(ctx context.Context, t string) (model.Page[model.Pod], error) {
	defer s.lock()()
	return s.cluster.PendingPods(ctx, t)
}
func (s *steady) BoundPods(ctx context.Context, t string) (model.Page[model.Pod], error) {
	defer s.lock()()
	return s.cluster.BoundPods(ctx, t)
}
func (s *steady) Nodes(ctx context.Context, t string) (model.Page[model.Node], error) {
	defer s.lock()()
	return s.cluster.Nodes(ctx, t)
}
func (s *steady) DaemonSets(ctx context.Context, t string) (model.Page[model.DaemonSet], error) {
	defer s.lock()()
	return s.cluster.DaemonSets(ctx, t)
}
func (s *steady) NodeClaims(ctx context.Context, t string) (model.Page[model.NodeClaim], error) {
	defer s.lock()()
	return s.cluster.NodeClaims(ctx, t)
}
func (s *steady) NodePools(ctx context.Context, t string) (model.Page[model.NodePool], error) {
	defer s.lock()()
	return s.cluster.NodePools(ctx, t)
}
func (s *steady) PodChanges(ctx context.Context, since string) (model.Changes[model.Pod], error) {
	defer s.lock()()
	return s.cluster.PodChanges(ctx, since)
}
func (s *steady) NodeChanges(ctx context.Context, since string) (model.Changes[model.Node], error) {
	defer s.lock()()
	return s.cluster.NodeChanges(ctx, since)
}
func (s *steady) DaemonSetChanges(ctx context.Context, since string) (model.Changes[model.DaemonSet], error) {
	defer s.lock()()
	return s.cluster.DaemonSetChanges(ctx, since)
}

func TestReadAtOnceIsReadOneByOne(t *testing.T) {
	want := mustRead(t, NewReader(small(), &catalogs{}, one, "key"))
	r := NewReader(&steady{cluster: small()}, &catalogs{}, atOnce, "key")
	for range 3 {
		got := mustRead(t, r)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("read at once:\n%v\none by one:\n%v", got, want)
		}
	}
}

// BenchmarkRead reads a cluster of 1,000 nodes with claims and 20,000 bound pods again and again, and reports what
// the reader holds between Reads; the pods' own strings, which come from the source, are not in it.
func BenchmarkRead(b *testing.B) {
	c := newCluster()
	c.pageSize = 500
	for i := range 1000 {
		name, id := fmt.Sprint("node-", i), fmt.Sprint("aws:///z/i-", i)
		c.putNode(model.Node{Name: name, ProviderID: id, Labels: map[string]string{model.LabelNodePool: "p", model.LabelNodeClass: "c"}})
		c.claims[name] = model.NodeClaim{Name: name, ProviderID: id}
		for k := range 20 {
			p := pod(fmt.Sprint("pod-", i, "-", k), name, 100)
			p.Requests.Extended = []model.Amount{{Name: "example.com/x", Value: 1}}
			c.putPod(p)
		}
	}
	r := NewReader(c, &catalogs{}, one, "key")
	before := heap()
	mustRead(b, r)
	held := heap() - before
	c.pods, c.log = nil, nil // nothing changes any more, and the fake has nothing to sort
	b.ReportAllocs()
	for b.Loop() {
		mustRead(b, r)
	}
	b.ReportMetric(float64(held)/(1<<20), "MiB-held")
	runtime.KeepAlive(r)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
