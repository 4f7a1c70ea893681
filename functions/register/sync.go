package register

import (
	"maps"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// sync is the patch that makes the node what its claim says, and takes the unregistered taint off in the same write:
// no pod lands on a node that is not as planned. needed is false when nothing is to be changed.
func sync(claim model.NodeClaim, node model.Node) (patch model.NodePatch, needed bool) {
	patch.ResourceVersion = node.ResourceVersion
	labels := maps.Clone(claim.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[model.LabelRegistered] = "true"
	patch.Labels = missing(labels, node.Labels)
	patch.Annotations = missing(nodeAnnotations(claim), node.Annotations)
	if taints := syncTaints(claim, node); !slices.Equal(taints, node.Taints) {
		patch.Taints = &taints
	}
	if !slices.Contains(node.Finalizers, model.FinalizerTermination) {
		finalizers := append(slices.Clone(node.Finalizers), model.FinalizerTermination)
		patch.Finalizers = &finalizers
	}
	if node.OwnerClaim != claim.Name {
		patch.Owner = &model.ObjectRef{Name: claim.Name, UID: claim.UID}
	}
	needed = len(patch.Labels) > 0 || len(patch.Annotations) > 0 || patch.Taints != nil || patch.Finalizers != nil || patch.Owner != nil
	return patch, needed
}

// missing are the entries of want that have is without or has otherwise.
func missing(want, have map[string]string) map[string]*string {
	out := map[string]*string{}
	for k, v := range want {
		if old, ok := have[k]; !ok || old != v {
			out[k] = &v
		}
	}
	return out
}

// nodeAnnotations are the claim's, without what is only about the claim itself.
func nodeAnnotations(claim model.NodeClaim) map[string]string {
	out := maps.Clone(claim.Annotations)
	for _, own := range []string{
		model.AnnotationPods, model.AnnotationLaunch, model.AnnotationReason, model.AnnotationDue, model.AnnotationCluster,
		model.AnnotationPoolHash, model.AnnotationPoolHashVersion, model.AnnotationClassHash, model.AnnotationClassHashVersion,
	} {
		delete(out, own)
	}
	return out
}

// syncTaints are the node's taints with those of the claim added, and unregistered taken away. Startup taints are
// added here only if the node has not lost them already: once registered they are somebody else's to remove.
func syncTaints(claim model.NodeClaim, node model.Node) []model.Taint {
	taints := slices.DeleteFunc(slices.Clone(node.Taints), func(t model.Taint) bool { return t.Key == model.TaintUnregistered })
	want := claim.Taints
	if node.Labels[model.LabelRegistered] != "true" {
		want = slices.Concat(claim.Taints, claim.StartupTaints)
	}
	for _, w := range want {
		same := func(t model.Taint) bool { return t.Key == w.Key && t.Effect == w.Effect }
		if i := slices.IndexFunc(taints, same); i >= 0 {
			taints[i] = w
			continue
		}
		taints = append(taints, w)
	}
	return taints
}

// ephemeral taints say that a node is not up yet; Kubernetes and the cloud provider take them off.
func ephemeral(t model.Taint) bool {
	switch t.Key {
	case "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
		"node.cloudprovider.kubernetes.io/uninitialized", model.TaintUnregistered:
		return true
	}
	return false
}

// incomplete is what the node still lacks to be Initialized, empty when nothing.
func incomplete(claim model.NodeClaim, node model.Node) string {
	for _, t := range node.Taints {
		if ephemeral(t) {
			return "taint " + t.Key
		}
		for _, s := range claim.StartupTaints {
			if t.Key == s.Key && t.Effect == s.Effect {
				return "startup taint " + t.Key
			}
		}
	}
	for _, asked := range claim.Requests.Extended {
		if node.Allocatable.Get(asked.Name) == 0 {
			return "resource " + asked.Name
		}
	}
	return ""
}
