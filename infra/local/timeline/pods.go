package timeline

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// Pods adds what the cluster shows of pods and nodes until ctx ends: unschedulable, bound, running; node joined, Ready.
// Pods of the same owner within a moment are one entry with a count.
func Pods(ctx context.Context, cluster kubernetes.Interface, to *Timeline) {
	factory := informers.NewSharedInformerFactory(cluster, 0)
	group := &grouped{to: to, waiting: map[string]*group{}}
	factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { group.pod(o.(*corev1.Pod)) },
		UpdateFunc: func(_, o any) { group.pod(o.(*corev1.Pod)) },
	})
	factory.Core().V1().Nodes().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { node(to, o.(*corev1.Node)) },
		UpdateFunc: func(_, o any) { node(to, o.(*corev1.Node)) },
	})
	factory.Start(ctx.Done())
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
		group.flush(time.Now().Add(-250 * time.Millisecond))
	}
	group.flush(time.Now())
	factory.Shutdown()
}

func node(to *Timeline, n *corev1.Node) {
	to.Once("joined "+string(n.UID), Entry{At: time.Now(), Who: "node", What: n.Name + " joined"})
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue {
			to.Once("ready "+string(n.UID), Entry{At: time.Now(), Who: "node", What: n.Name + " is Ready"})
		}
	}
}

func describe(p *corev1.Pod) (state string, begin bool) {
	if p.Status.Phase == corev1.PodRunning {
		return "running", false
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable {
			return "unschedulable", true
		}
	}
	return "", false
}

func owner(p *corev1.Pod) string {
	for _, o := range p.OwnerReferences {
		return fmt.Sprintf("%s/%s", p.Namespace, o.Name)
	}
	return fmt.Sprintf("%s/%s", p.Namespace, p.Name)
}
