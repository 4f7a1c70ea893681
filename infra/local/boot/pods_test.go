package boot

import (
	"log/slog"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// A pod has a kubelet as long as its instance runs; a later kubelet of the same node is not lost with the former one.
func TestPodsOwner(t *testing.T) {
	list, err := newPods(cache.NewSharedIndexInformer(&cache.ListWatch{}, &corev1.Pod{}, 0, cache.Indexers{}), pace{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	former, later := &kubelet{node: node}, &kubelet{node: node}
	expect := func(when string, want *kubelet) {
		t.Helper()
		if got, _, _ := list.owner(&corev1.Pod{Spec: corev1.PodSpec{NodeName: "a"}}); got != want {
			t.Errorf("%s: wrong kubelet", when)
		}
	}
	expect("before the boot", nil)
	list.attach(former)
	expect("booted", former)
	list.attach(later)
	list.detach(former)
	expect("booted again", later)
	list.detach(later)
	expect("instance gone", nil)
}

// The first time that a kubelet sees a pod is remembered until the pod is gone.
func TestPodsSeen(t *testing.T) {
	list, err := newPods(cache.NewSharedIndexInformer(&cache.ListWatch{}, &corev1.Pod{}, 0, cache.Indexers{}), pace{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	list.attach(&kubelet{node: &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "a"}}})
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: "1"}, Spec: corev1.PodSpec{NodeName: "a"}}
	_, first, _ := list.owner(pod)
	if _, again, _ := list.owner(pod); !again.Equal(first) {
		t.Errorf("seen at %v, then at %v", first, again)
	}
	list.forget(cache.DeletedFinalStateUnknown{Obj: pod})
	if len(list.seen) != 0 {
		t.Error("a pod that is gone is remembered")
	}
}
