package fake

import (
	"maps"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// SetPod makes or changes a pod, as its owner, the scheduler or a kubelet would.
func (k *Kubernetes) SetPod(p model.Pod) {
	k.state.Lock()
	defer k.state.Unlock()
	k.next()
	if p.UID == "" {
		p.UID = k.uid("pod")
	}
	put(k, k.pods, p.PodRef.String(), p)
}

// SetNode makes or changes a node.
func (k *Kubernetes) SetNode(n model.Node) {
	k.state.Lock()
	defer k.state.Unlock()
	n.ResourceVersion = k.next()
	if n.UID == "" {
		n.UID = k.uid("node")
	}
	put(k, k.nodes, n.Name, n)
}

// DeleteNode removes a node, as a cloud controller does.
func (k *Kubernetes) DeleteNode(name string) {
	k.state.Lock()
	defer k.state.Unlock()
	drop(k, k.nodes, name)
}

// SetPool makes or changes a pool.
func (k *Kubernetes) SetPool(p model.NodePool) {
	k.state.Lock()
	defer k.state.Unlock()
	p.ResourceVersion = k.next()
	if p.UID == "" {
		p.UID = k.uid("pool")
	}
	put(k, k.pools, p.Name, p)
}

// SetDaemonSet makes or changes a daemonset.
func (k *Kubernetes) SetDaemonSet(d model.DaemonSet) {
	k.state.Lock()
	defer k.state.Unlock()
	k.next()
	put(k, k.daemons, d.Namespace+"/"+d.Name, d)
}

// AllPods are the pods, by name. Like the other methods that begin with All it counts as no call.
func (k *Kubernetes) AllPods() []model.Pod { return all(k, k.pods) }

// AllNodes are the nodes.
func (k *Kubernetes) AllNodes() []model.Node { return all(k, k.nodes) }

// AllClaims are the claims.
func (k *Kubernetes) AllClaims() []model.NodeClaim { return all(k, k.claims) }

// Told are the Kubernetes Events that were made.
func (k *Kubernetes) Told() []model.TellAction {
	k.state.Lock()
	defer k.state.Unlock()
	var out []model.TellAction
	for _, key := range slices.Sorted(maps.Keys(k.told)) {
		out = append(out, k.told[key])
	}
	return out
}

func all[T any](k *Kubernetes, s store[T]) []T {
	k.state.Lock()
	defer k.state.Unlock()
	var out []T
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		out = append(out, clone(s.objects[key]))
	}
	return out
}
