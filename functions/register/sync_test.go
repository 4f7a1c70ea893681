package register

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

var (
	unregistered = model.Taint{Key: model.TaintUnregistered, Effect: model.NoExecute}
	notReady     = model.Taint{Key: "node.kubernetes.io/not-ready", Effect: model.NoSchedule}
	dedicated    = model.Taint{Key: "dedicated", Value: "gpu", Effect: model.NoSchedule}
	startup      = model.Taint{Key: "cilium", Effect: model.NoExecute}
)

// apply gives the node what the patch says, as an API server does.
func apply(n model.Node, p model.NodePatch) model.Node {
	put := func(m map[string]string, patch map[string]*string) map[string]string {
		out := map[string]string{}
		for k, v := range m {
			out[k] = v
		}
		for k, v := range patch {
			out[k] = *v
		}
		return out
	}
	n.Labels, n.Annotations = put(n.Labels, p.Labels), put(n.Annotations, p.Annotations)
	if p.Taints != nil {
		n.Taints = *p.Taints
	}
	if p.Finalizers != nil {
		n.Finalizers = *p.Finalizers
	}
	if p.Owner != nil {
		n.OwnerClaim = p.Owner.Name
	}
	return n
}

func TestSync(t *testing.T) {
	claim := model.NodeClaim{
		Name: "a", UID: "uid",
		Labels: map[string]string{"team": "x", model.LabelNodePool: "general"},
		Annotations: map[string]string{
			"note": "kept", model.AnnotationPods: "[]", model.AnnotationCluster: "c", model.AnnotationLaunch: "l",
			model.AnnotationDue: "d", model.AnnotationReason: "r", model.AnnotationPoolHash: "h",
		},
		Taints: []model.Taint{dedicated}, StartupTaints: []model.Taint{startup},
	}
	node := model.Node{
		Name: "n", ResourceVersion: "7",
		Labels:      map[string]string{"team": "y", "kubernetes.io/hostname": "n"},
		Annotations: map[string]string{"kubelet": "1"},
		Taints:      []model.Taint{unregistered, notReady},
		Finalizers:  []string{"other/one"},
	}
	patch, needed := sync(claim, node)
	if !needed || patch.ResourceVersion != "7" || patch.Owner == nil || patch.Owner.UID != "uid" {
		t.Fatalf("needed %t, patch %+v", needed, patch)
	}
	want := model.Node{
		Name: "n", ResourceVersion: "7", OwnerClaim: "a",
		Labels:      map[string]string{"team": "x", model.LabelNodePool: "general", "kubernetes.io/hostname": "n", model.LabelRegistered: "true"},
		Annotations: map[string]string{"kubelet": "1", "note": "kept"},
		Taints:      []model.Taint{notReady, dedicated, startup},
		Finalizers:  []string{"other/one", model.FinalizerTermination},
	}
	synced := apply(node, patch)
	if diff := cmp.Diff(want, synced); diff != "" {
		t.Errorf("node (-want +got):\n%s", diff)
	}
	if _, ours := claim.Labels[model.LabelRegistered]; ours || len(node.Taints) != 2 {
		t.Error("claim or node was changed")
	}
	if again, needed := sync(claim, synced); needed {
		t.Errorf("a synced node is patched again: %+v", again)
	}
}

func TestSyncTaints(t *testing.T) {
	registered := map[string]string{model.LabelRegistered: "true"}
	for name, c := range map[string]struct {
		node model.Node
		want []model.Taint
	}{
		"new":                        {model.Node{Taints: []model.Taint{unregistered}}, []model.Taint{dedicated, startup}},
		"said by the kubelet":        {model.Node{Taints: []model.Taint{startup, dedicated, unregistered}}, []model.Taint{startup, dedicated}},
		"with another value":         {model.Node{Taints: []model.Taint{{Key: "dedicated", Value: "old", Effect: model.NoSchedule}}}, []model.Taint{dedicated, startup}},
		"with another effect":        {model.Node{Taints: []model.Taint{{Key: "dedicated", Effect: model.NoExecute}}}, []model.Taint{{Key: "dedicated", Effect: model.NoExecute}, dedicated, startup}},
		"others' stay":               {model.Node{Taints: []model.Taint{notReady, unregistered}}, []model.Taint{notReady, dedicated, startup}},
		"startup taint is gone":      {model.Node{Labels: registered, Taints: []model.Taint{dedicated}}, []model.Taint{dedicated}},
		"startup taint is still on":  {model.Node{Labels: registered, Taints: []model.Taint{startup, dedicated}}, []model.Taint{startup, dedicated}},
		"unregistered whatever else": {model.Node{Taints: []model.Taint{{Key: model.TaintUnregistered, Effect: model.NoSchedule}}}, []model.Taint{dedicated, startup}},
	} {
		claim := model.NodeClaim{Taints: []model.Taint{dedicated}, StartupTaints: []model.Taint{startup}}
		if diff := cmp.Diff(c.want, syncTaints(claim, c.node)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestIncomplete(t *testing.T) {
	const gpu = "nvidia.com/gpu"
	claim := model.NodeClaim{
		Taints: []model.Taint{dedicated}, StartupTaints: []model.Taint{startup},
		Requests: model.Resources{CPU: 1000, Extended: []model.Amount{{Name: gpu, Value: 1}}},
	}
	has := model.Resources{CPU: 2000, Extended: []model.Amount{{Name: gpu, Value: 1}}}
	for name, c := range map[string]struct {
		node model.Node
		want string
	}{
		"complete":         {model.Node{Allocatable: has, Taints: []model.Taint{dedicated}}, ""},
		"not ready":        {model.Node{Allocatable: has, Taints: []model.Taint{notReady}}, "taint node.kubernetes.io/not-ready"},
		"unregistered":     {model.Node{Allocatable: has, Taints: []model.Taint{unregistered}}, "taint karpenter.sh/unregistered"},
		"uninitialized":    {model.Node{Allocatable: has, Taints: []model.Taint{{Key: "node.cloudprovider.kubernetes.io/uninitialized"}}}, "taint node.cloudprovider.kubernetes.io/uninitialized"},
		"starting":         {model.Node{Allocatable: has, Taints: []model.Taint{startup}}, "startup taint cilium"},
		"other effect":     {model.Node{Allocatable: has, Taints: []model.Taint{{Key: "cilium", Effect: model.NoSchedule}}}, ""},
		"without a device": {model.Node{Allocatable: model.Resources{CPU: 2000}}, "resource nvidia.com/gpu"},
	} {
		if got := incomplete(claim, c.node); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
