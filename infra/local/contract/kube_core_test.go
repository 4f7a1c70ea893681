package contract

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

const podYAML = `
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: default, labels: {app: web}}
spec:
  automountServiceAccountToken: false
  containers: [{name: app, image: example.invalid/app, resources: {requests: {cpu: 250m, memory: 64Mi}}}]
  initContainers: [{name: side, image: example.invalid/side, restartPolicy: Always, resources: {requests: {cpu: 100m}}}]
`

func (k *kubernetes) testPods(t *testing.T) {
	pending, since := every(t, k.PendingPods)
	if len(pending) != 0 {
		t.Fatalf("pods: %v", pending)
	}
	_, boundSince := every(t, k.BoundPods)
	k.kubectl(t, fmt.Sprintf(podYAML+"---"+podYAML, "one", "two"), "apply", "-f", "-")
	k.awaitUnschedulable(t, since, 2)

	pending, _ = every(t, k.PendingPods)
	if len(pending) != 2 || pending[0].Name != "one" {
		t.Fatalf("pods: %+v", pending)
	}
	one := pending[0]
	if want := (model.Resources{CPU: 350, Memory: 64 << 20, Pods: 1}); !cmp.Equal(one.Requests, want) || !one.Unschedulable {
		t.Errorf("pod: %+v", one)
	}
	k.kubectl(t, "{apiVersion: v1, kind: Node, metadata: {name: n1}}", "create", "-f", "-")
	k.kubectl(t, `{"apiVersion":"v1","kind":"Binding","metadata":{"name":"one"},"target":{"apiVersion":"v1","kind":"Node","name":"n1"}}`,
		"create", "--raw", "/api/v1/namespaces/default/pods/one/binding", "-f", "-")

	changes, err := k.PodChanges(t.Context(), boundSince)
	if err != nil || len(changes.Upserted) != 1 || changes.Upserted[0].NodeName != "n1" || changes.Upserted[0].PodRef != one.PodRef {
		t.Errorf("changes: %+v, %v", changes, err)
	}
	if changes.ResourceVersion == boundSince {
		t.Error("the resource version did not move")
	}
	if again, err := k.PodChanges(t.Context(), changes.ResourceVersion); err != nil || len(again.Upserted)+len(again.Deleted) != 0 {
		t.Errorf("changes since the changes: %+v, %v", again, err)
	}
	pending, _ = every(t, k.PendingPods)
	bound, _ := every(t, k.BoundPods)
	if len(pending) != 1 || len(bound) != 1 || bound[0].Name != "one" {
		t.Errorf("pending %v, bound %v", pending, bound)
	}
	k.nominate(t, pending[0])

	k.kubectl(t, "", "delete", "pod", "one", "--grace-period=0", "--force")
	changes, err = k.PodChanges(t.Context(), changes.ResourceVersion)
	if err != nil || cmp.Diff([]string{"default/one"}, changes.Deleted) != "" {
		t.Errorf("changes: %+v, %v", changes, err)
	}
}

// awaitUnschedulable watches until so many pods are.
func (k *kubernetes) awaitUnschedulable(t *testing.T, since string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen := map[string]bool{}
	err := k.WatchPending(ctx, since, func(e model.WatchEvent[model.Pod]) error {
		if e.Object.Unschedulable {
			seen[e.Object.Name] = true
		}
		if len(seen) == n {
			cancel()
		}
		return nil
	})
	if err != nil || len(seen) != n {
		t.Fatalf("unschedulable: %v, %v", seen, err)
	}
}

func (k *kubernetes) nominate(t *testing.T, pod model.Pod) {
	t.Helper()
	if err := k.NominatePod(t.Context(), pod.PodRef, "n1"); err != nil {
		t.Error(err)
	}
	if got := typed[corev1.Pod](t, k, "pod", pod.Name); got.Status.NominatedNodeName != "n1" {
		t.Errorf("nominated: %q", got.Status.NominatedNodeName)
	}
	other := pod.PodRef
	other.UID = "00000000-0000-0000-0000-000000000000"
	if err := k.NominatePod(t.Context(), other, "n2"); !model.IsKind(err, model.Conflict) {
		t.Errorf("another pod of the name: %v", err)
	}
}

func (k *kubernetes) testEvents(t *testing.T) {
	for _, on := range []model.EventObject{
		{APIVersion: "v1", Kind: "Pod", Namespace: "default", Name: "two", UID: "u"},
		{APIVersion: "karpenter.sh/v1", Kind: "NodePool", Name: "general", UID: "u"},
	} {
		tell := model.TellAction{On: on, Warning: true, Reason: "FailedScheduling", Message: strings.Repeat("no pool takes it; ", 100)}
		for range 2 {
			if err := k.CreateEvent(t.Context(), tell, time.Now(), "slipway-provision"); err != nil {
				t.Errorf("on %s: %v", on.Kind, err)
			}
		}
		got := k.kubectl(t, "", "get", "events", "-n", "default", "--field-selector", "source=slipway-provision,involvedObject.kind="+on.Kind,
			"-o", `jsonpath={range .items[*]}{.type} {.reason} {.count}{"\n"}{end}`)
		if got != "Warning FailedScheduling 1" {
			t.Errorf("on %s: %q", on.Kind, got)
		}
	}
}

func (k *kubernetes) testNodes(t *testing.T) {
	_, since := every(t, k.Nodes)
	before, err := k.Node(t.Context(), "n1")
	if err != nil {
		t.Fatal(err)
	}
	value := "general"
	patch := model.NodePatch{
		ResourceVersion: before.ResourceVersion,
		Labels:          map[string]*string{model.LabelNodePool: &value},
		Taints:          &[]model.Taint{{Key: "only", Value: "v", Effect: model.NoSchedule}},
		Finalizers:      &[]string{model.FinalizerTermination},
		Owner:           &model.ObjectRef{Name: "general-x", UID: "u"},
	}
	after, err := k.PatchNode(t.Context(), "n1", patch)
	if err != nil {
		t.Fatal(err)
	}
	if after.Labels[model.LabelNodePool] != value || after.OwnerClaim != "general-x" || len(after.Finalizers) != 1 ||
		cmp.Diff(*patch.Taints, after.Taints) != "" {
		t.Errorf("node: %+v", after)
	}
	if _, err := k.PatchNode(t.Context(), "n1", patch); !model.IsKind(err, model.Conflict) {
		t.Errorf("a patch of an old version: %v", err)
	}
	changes, err := k.NodeChanges(t.Context(), since)
	if err != nil || len(changes.Upserted) != 1 || cmp.Diff(after, changes.Upserted[0]) != "" {
		t.Errorf("changes: %+v, %v", changes, err)
	}
	if _, err := k.PatchNode(t.Context(), "n1", model.NodePatch{
		Labels: map[string]*string{model.LabelNodePool: nil}, Taints: &[]model.Taint{}, Finalizers: &[]string{},
	}); err != nil {
		t.Error(err)
	}
	bare, err := k.Node(t.Context(), "n1")
	if err != nil || len(bare.Finalizers) != 0 || bare.Labels[model.LabelNodePool] != "" {
		t.Errorf("node: %+v, %v", bare, err)
	}
	if _, err := k.Node(t.Context(), "nobody"); !model.IsKind(err, model.NotFound) {
		t.Errorf("a node that is not there: %v", err)
	}
}
