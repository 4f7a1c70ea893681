package boot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// podWorkers is how many pods are taken a step further at a time.
const podWorkers = 8

// pods runs the pods of all nodes: one watch finds them, each write is made by the kubelet of the pod's node. A pod on
// a node without a kubelet (not booted by us, or its instance is gone) is left as it is.
type pods struct {
	informer cache.SharedIndexInformer // of bound pods, indexed by node
	queue    workqueue.TypedRateLimitingInterface[string]
	pace     pace
	log      *slog.Logger

	mu       sync.Mutex
	kubelets map[string]*kubelet     // by node name
	seen     map[types.UID]time.Time // when the pod's kubelet first saw it
}

const byNode = "node"

func newPods(informer cache.SharedIndexInformer, p pace, log *slog.Logger) (*pods, error) {
	err := informer.AddIndexers(cache.Indexers{byNode: func(object any) ([]string, error) {
		return []string{object.(*corev1.Pod).Spec.NodeName}, nil
	}})
	if err != nil {
		return nil, fmt.Errorf("boot: index pods: %w", err)
	}
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[string](50*time.Millisecond, 5*time.Second)
	list := &pods{
		informer: informer, queue: workqueue.NewTypedRateLimitingQueue(limiter), pace: p, log: log,
		kubelets: map[string]*kubelet{}, seen: map[types.UID]time.Time{},
	}
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { list.enqueue(object) },
		UpdateFunc: func(_, object any) { list.enqueue(object) },
		DeleteFunc: list.forget,
	})
	if err != nil {
		return nil, fmt.Errorf("boot: watch pods: %w", err)
	}
	return list, nil
}

func (l *pods) enqueue(object any) {
	if key, err := cache.MetaNamespaceKeyFunc(object); err == nil {
		l.queue.Add(key)
	}
}

func (l *pods) forget(object any) {
	if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = tombstone.Obj
	}
	if pod, ok := object.(*corev1.Pod); ok {
		l.mu.Lock()
		delete(l.seen, pod.UID)
		l.mu.Unlock()
	}
}

// attach hands the pods of a node to its kubelet.
func (l *pods) attach(k *kubelet) {
	l.mu.Lock()
	l.kubelets[k.node.Name] = k
	l.mu.Unlock()
	objects, _ := l.informer.GetIndexer().ByIndex(byNode, k.node.Name) // fails only for an unknown index
	for _, object := range objects {
		l.enqueue(object)
	}
}

// detach freezes the pods of a node, unless another kubelet has taken it over.
func (l *pods) detach(k *kubelet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kubelets[k.node.Name] == k {
		delete(l.kubelets, k.node.Name)
	}
}

// run works until the context ends.
func (l *pods) run(ctx context.Context) {
	var workers sync.WaitGroup
	for range podWorkers {
		workers.Go(func() {
			for l.next(ctx) {
			}
		})
	}
	<-ctx.Done()
	l.queue.ShutDown()
	workers.Wait()
}

func (l *pods) next(ctx context.Context) bool {
	key, shutdown := l.queue.Get()
	if shutdown {
		return false
	}
	defer l.queue.Done(key)
	if err := l.advance(ctx, key); err != nil && ctx.Err() == nil {
		if l.queue.NumRequeues(key) == 0 { // said once, not at each retry
			l.log.Warn("pod step failed, trying again", "pod", key, "error", err)
		}
		l.queue.AddRateLimited(key)
		return true
	}
	l.queue.Forget(key)
	return true
}

// advance takes a pod one step further.
func (l *pods) advance(ctx context.Context, key string) error {
	object, found, err := l.informer.GetIndexer().GetByKey(key)
	if err != nil || !found {
		return err
	}
	pod := object.(*corev1.Pod)
	k, seen, ok := l.owner(pod)
	if !ok {
		return nil
	}
	next := nextStep(pod, seen, time.Now(), l.pace)
	if next.deed == idle {
		if next.after > 0 {
			l.queue.AddAfter(key, next.after)
		}
		return nil
	}
	err = k.perform(ctx, pod, next.deed)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil // the watch is behind; it will say what the pod is now
	}
	return err
}

// owner is the kubelet of the pod's node, and when it first saw the pod.
func (l *pods) owner(pod *corev1.Pod) (*kubelet, time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.kubelets[pod.Spec.NodeName]
	if !ok {
		return nil, time.Time{}, false
	}
	seen, known := l.seen[pod.UID]
	if !known {
		seen = time.Now()
		l.seen[pod.UID] = seen
	}
	return k, seen, true
}
