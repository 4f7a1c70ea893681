package timeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestGrouped: pods of one owner that do the same within a moment are one entry; each pod counts once for a state,
// and a pod that is neither unschedulable nor running is no news.
func TestGrouped(t *testing.T) {
	tl := New()
	g := grouped{to: tl, waiting: map[string]*group{}}
	for _, uid := range []string{"a", "b", "a", "c"} {
		g.pod(pod("web", uid, corev1.PodPending, true))
	}
	g.pod(pod("api", "d", corev1.PodPending, true))
	g.pod(pod("api", "e", corev1.PodPending, false))
	g.pod(pod("api", "d", corev1.PodRunning, false))
	g.flush(time.Now().Add(-time.Hour))
	if len(tl.entries) > 0 {
		t.Errorf("flushed while pods may still come: %v", tl.entries)
	}
	g.flush(time.Now().Add(time.Hour))
	var got []string
	for _, e := range tl.entries {
		what, _, _ := strings.Cut(e.What, " (")
		got = append(got, fmt.Sprint(what, " ", e.Begin))
	}
	for _, want := range []string{"3 of shop/web unschedulable true", "1 of shop/api unschedulable true", "1 of shop/api running false"} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("no entry %q in %q", want, got)
		}
	}
	if len(got) != 3 {
		t.Errorf("entries %q, want 3", got)
	}
}

func pod(owner, uid string, phase corev1.PodPhase, unschedulable bool) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: owner + "-" + uid, UID: types.UID(uid),
			OwnerReferences: []metav1.OwnerReference{{Kind: "ReplicaSet", Name: owner}},
		},
		Status: corev1.PodStatus{Phase: phase},
	}
	if unschedulable {
		p.Status.Conditions = []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable,
		}}
	}
	return p
}
