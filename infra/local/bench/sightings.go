package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// sightings are what a watch has shown of pods and nodes, with the time at which it first did.
type sightings struct {
	mu            sync.Mutex
	changed       chan struct{} // closed with each sighting
	unschedulable map[string]time.Time
	running       map[string]string // pod -> its node
	joined        map[string]time.Time
}

// look watches the benchmark's pods and all nodes until ctx ends.
func look(ctx context.Context, client kubernetes.Interface) (*sightings, error) {
	s := &sightings{
		changed:       make(chan struct{}),
		unschedulable: map[string]time.Time{}, running: map[string]string{}, joined: map[string]time.Time{},
	}
	ours := informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = benchLabel })
	pods := informers.NewSharedInformerFactoryWithOptions(client, 0, ours)
	nodes := informers.NewSharedInformerFactory(client, 0)
	for informer, see := range map[cache.SharedIndexInformer]func(any){
		pods.Core().V1().Pods().Informer():   func(o any) { s.pod(o.(*corev1.Pod)) },
		nodes.Core().V1().Nodes().Informer(): func(o any) { s.node(o.(*corev1.Node)) },
	} {
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: see, UpdateFunc: func(_, o any) { see(o) },
		})
		if err != nil {
			return nil, fmt.Errorf("watch: %w", err)
		}
	}
	pods.Start(ctx.Done())
	nodes.Start(ctx.Done())
	pods.WaitForCacheSync(ctx.Done())
	nodes.WaitForCacheSync(ctx.Done())
	return s, ctx.Err()
}

func (s *sightings) pod(p *corev1.Pod) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Reason == corev1.PodReasonUnschedulable {
			once(s.unschedulable, p.Name, now)
		}
	}
	if p.Status.Phase == corev1.PodRunning {
		once(s.running, p.Name, p.Spec.NodeName)
	}
	s.tell()
}

func (s *sightings) node(n *corev1.Node) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	once(s.joined, n.Name, now)
	s.tell()
}

func once[V any](in map[string]V, key string, value V) {
	if _, known := in[key]; !known {
		in[key] = value
	}
}

func (s *sightings) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// wait returns when seen says yes, which it is asked, under the lock, after each sighting.
func (s *sightings) wait(ctx context.Context, what string, seen func() bool) error {
	for {
		s.mu.Lock()
		yes, changed := seen(), s.changed
		s.mu.Unlock()
		if yes {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%s was not seen: %w", what, context.Cause(ctx))
		}
	}
}
