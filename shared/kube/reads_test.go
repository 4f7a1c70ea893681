package kube

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func corePod(name, node string, phase corev1.PodPhase) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, UID: "uid"},
		Spec:       corev1.PodSpec{NodeName: node, Containers: []corev1.Container{container("app", "cpu", "250m")}},
		Status:     corev1.PodStatus{Phase: phase},
	}
}

func TestListPages(t *testing.T) {
	var asked []string
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI()+" "+r.Header.Get("Accept")+" "+r.Header.Get("Authorization"))
		l := &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "42", Continue: "more"}}
		l.Items = []corev1.Pod{corePod("one", "", corev1.PodPending), corePod("over", "", corev1.PodFailed)}
		if r.URL.Query().Get("continue") != "" {
			l.Continue, l.Items = "", l.Items[:1]
		}
		a.protobuf(w, l)
	})
	c := a.client(t)
	first, err := c.PendingPods(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Items) != 1 || first.Items[0].Name != "one" || first.Next != "more" || first.ResourceVersion != "42" {
		t.Errorf("first page: %+v", first)
	}
	last, err := c.PendingPods(context.Background(), first.Next)
	if err != nil || last.Next != "" {
		t.Errorf("last page: %+v, %v", last, err)
	}
	fields := "fieldSelector=spec.nodeName%3D%2Cstatus.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed"
	want := []string{
		"/api/v1/pods?" + fields + "&limit=500 application/vnd.kubernetes.protobuf Bearer dummy-token",
		"/api/v1/pods?continue=more&" + fields + "&limit=500 application/vnd.kubernetes.protobuf Bearer dummy-token",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestPendingPodIsReadWhole(t *testing.T) {
	yes := true
	priority := int32(7)
	created := time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
	pod := corePod("web-0", "", corev1.PodPending)
	pod.Labels = map[string]string{"app": "web"}
	pod.CreationTimestamp = metav1.NewTime(created)
	pod.OwnerReferences = []metav1.OwnerReference{{Kind: "Foo", UID: "no"}, {Kind: "StatefulSet", Name: "web", UID: "set", Controller: &yes}}
	pod.Spec.Priority = &priority
	pod.Spec.NodeSelector = map[string]string{"disk": "fast"}
	pod.Spec.Tolerations = []corev1.Toleration{{Key: "gpu", Operator: "Exists", Effect: "NoSchedule"}}
	pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "wait"}}
	pod.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "dev"}}
	pod.Status.NominatedNodeName = "n"
	pod.Status.Conditions = []corev1.PodCondition{{Type: "PodScheduled", Status: "False", Reason: "Unschedulable"}}
	want := model.Pod{
		PodRef: model.PodRef{Namespace: "default", Name: "web-0", UID: "uid"},
		Labels: pod.Labels, Owner: model.Owner{Kind: "StatefulSet", Name: "web", UID: "set"}, CreatedAt: created, Priority: 7,
		Requests: model.Resources{CPU: 250, Pods: 1}, NodeSelector: pod.Spec.NodeSelector,
		Tolerations:   []model.Toleration{{Key: "gpu", Operator: "Exists", Effect: model.NoSchedule}},
		NominatedNode: "n", Phase: "Pending", Unschedulable: true, Gated: true, ResourceClaims: true,
	}
	if diff := cmp.Diff(want, podOf(&pod)); diff != "" {
		t.Errorf("pod (-want +got):\n%s", diff)
	}
	pod.Status.Conditions[0].Reason = "SchedulingGated"
	if podOf(&pod).Unschedulable {
		t.Error("a gated pod counts as unschedulable")
	}
}

func TestNodeIsRead(t *testing.T) {
	at := metav1.NewTime(time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC))
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/nodes/ip-1" {
			fail(w, 404, metav1.StatusReasonNotFound)
			return
		}
		a.protobuf(w, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{
				Name: "ip-1", UID: "u", ResourceVersion: "9", CreationTimestamp: at,
				Labels: map[string]string{"a": "b"}, Finalizers: []string{"f"},
				OwnerReferences: []metav1.OwnerReference{{APIVersion: "karpenter.sh/v1", Kind: "NodeClaim", Name: "claim"}},
			},
			Spec: corev1.NodeSpec{
				ProviderID: "aws:///z/i-1", Unschedulable: true,
				Taints: []corev1.Taint{{Key: "k", Value: "v", Effect: "NoSchedule", TimeAdded: &at}},
			},
			Status: corev1.NodeStatus{
				Capacity:    amounts("cpu", "4", "memory", "16Gi", "pods", "58"),
				Allocatable: amounts("cpu", "3920m", "memory", "15Gi", "pods", "58"),
				Conditions:  []corev1.NodeCondition{{Type: "Ready", Status: "True", Reason: "KubeletReady", LastTransitionTime: at}},
			},
		})
	})
	got, err := a.client(t).Node(context.Background(), "ip-1")
	if err != nil {
		t.Fatal(err)
	}
	want := model.Node{
		Name: "ip-1", UID: "u", ResourceVersion: "9", ProviderID: "aws:///z/i-1", CreatedAt: at.Time,
		Labels: map[string]string{"a": "b"}, Finalizers: []string{"f"}, OwnerClaim: "claim", Unschedulable: true,
		Taints:      []model.Taint{{Key: "k", Value: "v", Effect: model.NoSchedule}},
		Capacity:    model.Resources{CPU: 4000, Memory: 16 << 30, Pods: 58},
		Allocatable: model.Resources{CPU: 3920, Memory: 15 << 30, Pods: 58},
		Conditions:  model.Conditions{{Type: "Ready", Status: "True", Reason: "KubeletReady", LastTransitionTime: at.Time}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("node (-want +got):\n%s", diff)
	}
	if _, err := a.client(t).Node(context.Background(), "other"); !model.IsKind(err, model.NotFound) {
		t.Errorf("a node that is not there: %v", err)
	}
}

func TestDaemonSetIsReadAsItsPod(t *testing.T) {
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		d := appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "cni", UID: "ds"}}
		d.Spec.Template.Labels = map[string]string{"app": "cni"}
		d.Spec.Template.Spec = corev1.PodSpec{
			HostNetwork: true,
			Containers:  []corev1.Container{container("c", "cpu", "25m")},
			Tolerations: []corev1.Toleration{{Operator: "Exists", Effect: "NoExecute"}},
		}
		a.protobuf(w, &appsv1.DaemonSetList{Items: []appsv1.DaemonSet{d}})
	})
	page, err := a.client(t).DaemonSets(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	got := page.Items[0]
	if got.UID != "ds" || got.Template.Owner.UID != "ds" || got.Template.Requests.CPU != 25 || got.Template.Labels["app"] != "cni" {
		t.Errorf("daemonset: %+v", got)
	}
	for _, taint := range []model.Taint{
		{Key: "other", Effect: model.NoExecute},
		{Key: "node.kubernetes.io/not-ready", Effect: model.NoExecute},
		{Key: "node.kubernetes.io/unschedulable", Effect: model.NoSchedule},
		{Key: "node.kubernetes.io/network-unavailable", Effect: model.NoSchedule},
	} {
		tolerated := false
		for _, toleration := range got.Template.Tolerations {
			tolerated = tolerated || toleration.Tolerates(taint)
		}
		if !tolerated {
			t.Errorf("%v is not tolerated", taint)
		}
	}
}

func TestUID(t *testing.T) {
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		a.protobuf(w, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "kube-system", UID: "the-uid"}})
	})
	if got, err := a.client(t).UID(context.Background()); got != "the-uid" || err != nil {
		t.Errorf("UID = %q, %v", got, err)
	}
}

// BenchmarkBoundPods lists 20,000 pods on nodes, page by page, and keeps what the reader is given.
func BenchmarkBoundPods(b *testing.B) {
	var page corev1.PodList
	for i := range pageSize {
		p := corePod(fmt.Sprint("app-5d4b8f-", i), fmt.Sprint("ip-10-0-0-", i%50), corev1.PodRunning)
		p.Annotations = map[string]string{"config": strings.Repeat("x", 2000)}
		p.ManagedFields = []metav1.ManagedFieldsEntry{{FieldsV1: &metav1.FieldsV1{Raw: make([]byte, 1500)}}}
		page.Items = append(page.Items, p)
	}
	page.Continue = "more"
	a := newAPI(b, func(a *api, w http.ResponseWriter, r *http.Request) { a.protobuf(w, &page) })
	c := a.client(b)
	b.ReportAllocs()
	for b.Loop() {
		var kept []model.Pod
		for range 40 {
			p, err := c.BoundPods(context.Background(), "")
			if err != nil {
				b.Fatal(err)
			}
			kept = append(kept, p.Items...)
		}
		if len(kept) != 20_000 {
			b.Fatal(len(kept))
		}
	}
}
