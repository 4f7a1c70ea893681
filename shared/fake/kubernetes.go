package fake

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Kubernetes is an API server in memory, as far as functions talk to it: resource versions, compare-and-set,
// finalizers, lists and changes since a version. It has no controllers; a world that needs a scheduler or kubelets
// changes objects by the methods that begin with Set.
type Kubernetes struct {
	Faults
	now func() time.Time

	state   sync.Mutex
	version int64
	pods    store[model.Pod]
	nodes   store[model.Node]
	claims  store[model.NodeClaim]
	pools   store[model.NodePool]
	daemons store[model.DaemonSet]
	told    map[string]model.TellAction
}

// store keeps the objects of one kind and the version of each one's last change; deleted ones stay as changes.
type store[T any] struct {
	objects map[string]T
	changed map[string]int64
}

// NewKubernetes returns an empty cluster with the clock.
func NewKubernetes(now func() time.Time) *Kubernetes {
	return &Kubernetes{
		now:     now,
		pods:    newStore[model.Pod](),
		nodes:   newStore[model.Node](),
		claims:  newStore[model.NodeClaim](),
		pools:   newStore[model.NodePool](),
		daemons: newStore[model.DaemonSet](),
		told:    map[string]model.TellAction{},
	}
}

func newStore[T any]() store[T] { return store[T]{map[string]T{}, map[string]int64{}} }

func (k *Kubernetes) next() string {
	k.version++
	return strconv.FormatInt(k.version, 10)
}

func put[T any](k *Kubernetes, s store[T], key string, object T) {
	s.objects[key] = object
	s.changed[key] = k.version
}

func drop[T any](k *Kubernetes, s store[T], key string) {
	k.next()
	delete(s.objects, key)
	s.changed[key] = k.version
}

func get[T any](op string, s store[T], key string) (T, error) {
	o, ok := s.objects[key]
	if !ok {
		return o, failure(model.NotFound, op, "%s", key)
	}
	return clone(o), nil
}

func list[T any](k *Kubernetes, s store[T], keep func(T) bool) (model.Page[T], error) {
	page := model.Page[T]{ResourceVersion: strconv.FormatInt(k.version, 10)}
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if keep(s.objects[key]) {
			page.Items = append(page.Items, clone(s.objects[key]))
		}
	}
	return page, nil
}

func changes[T any](k *Kubernetes, s store[T], since string, keep func(T) bool) (model.Changes[T], error) {
	from, err := strconv.ParseInt(since, 10, 64)
	if err != nil {
		return model.Changes[T]{}, failure(model.Gone, "changes", "%q is no version", since)
	}
	out := model.Changes[T]{ResourceVersion: strconv.FormatInt(k.version, 10)}
	for _, key := range slices.Sorted(maps.Keys(s.changed)) {
		if s.changed[key] <= from {
			continue
		}
		if o, ok := s.objects[key]; ok && keep(o) {
			out.Upserted = append(out.Upserted, clone(o))
			continue
		}
		out.Deleted = append(out.Deleted, key)
	}
	return out, nil
}

func every[T any](T) bool { return true }

func bound(p model.Pod) bool   { return p.NodeName != "" && !p.Finished() }
func pending(p model.Pod) bool { return p.NodeName == "" && !p.Finished() }

// do runs one call under the lock.
func (k *Kubernetes) do(method string, f func() error) error {
	return k.call(method, func() error {
		k.state.Lock()
		defer k.state.Unlock()
		return f()
	})
}

func ask[T any](k *Kubernetes, method string, f func() (T, error)) (out T, err error) {
	err = k.do(method, func() (err error) { out, err = f(); return err })
	if err != nil {
		var none T
		return none, err
	}
	return out, nil
}

// PendingPods and the other reads are as kube.Client's; one page holds all.
func (k *Kubernetes) PendingPods(context.Context, string) (model.Page[model.Pod], error) {
	return ask(k, "PendingPods", func() (model.Page[model.Pod], error) { return list(k, k.pods, pending) })
}

// BoundPods lists pods with a node.
func (k *Kubernetes) BoundPods(context.Context, string) (model.Page[model.Pod], error) {
	return ask(k, "BoundPods", func() (model.Page[model.Pod], error) { return list(k, k.pods, bound) })
}

// Nodes lists nodes.
func (k *Kubernetes) Nodes(context.Context, string) (model.Page[model.Node], error) {
	return ask(k, "Nodes", func() (model.Page[model.Node], error) { return list(k, k.nodes, every) })
}

// DaemonSets lists daemonsets.
func (k *Kubernetes) DaemonSets(context.Context, string) (model.Page[model.DaemonSet], error) {
	return ask(k, "DaemonSets", func() (model.Page[model.DaemonSet], error) { return list(k, k.daemons, every) })
}

// NodeClaims lists claims.
func (k *Kubernetes) NodeClaims(context.Context, string) (model.Page[model.NodeClaim], error) {
	return ask(k, "NodeClaims", func() (model.Page[model.NodeClaim], error) { return list(k, k.claims, every) })
}

// NodePools lists pools.
func (k *Kubernetes) NodePools(context.Context, string) (model.Page[model.NodePool], error) {
	return ask(k, "NodePools", func() (model.Page[model.NodePool], error) { return list(k, k.pools, every) })
}

// PodChanges are those of bound pods.
func (k *Kubernetes) PodChanges(_ context.Context, since string) (model.Changes[model.Pod], error) {
	return ask(k, "PodChanges", func() (model.Changes[model.Pod], error) { return changes(k, k.pods, since, bound) })
}

// NodeChanges are those of nodes.
func (k *Kubernetes) NodeChanges(_ context.Context, since string) (model.Changes[model.Node], error) {
	return ask(k, "NodeChanges", func() (model.Changes[model.Node], error) { return changes(k, k.nodes, since, every) })
}

// DaemonSetChanges are those of daemonsets.
func (k *Kubernetes) DaemonSetChanges(_ context.Context, since string) (model.Changes[model.DaemonSet], error) {
	return ask(k, "DaemonSetChanges", func() (model.Changes[model.DaemonSet], error) { return changes(k, k.daemons, since, every) })
}

// Node reads one node.
func (k *Kubernetes) Node(_ context.Context, name string) (model.Node, error) {
	return ask(k, "Node", func() (model.Node, error) { return get("node", k.nodes, name) })
}

// NodeClaim reads one claim.
func (k *Kubernetes) NodeClaim(_ context.Context, name string) (model.NodeClaim, error) {
	return ask(k, "NodeClaim", func() (model.NodeClaim, error) { return get("claim", k.claims, name) })
}

// NodePool reads one pool.
func (k *Kubernetes) NodePool(_ context.Context, name string) (model.NodePool, error) {
	return ask(k, "NodePool", func() (model.NodePool, error) { return get("pool", k.pools, name) })
}

// uid of the n-th object that was made.
func (k *Kubernetes) uid(kind string) string { return fmt.Sprintf("%s-uid-%d", kind, k.version) }
