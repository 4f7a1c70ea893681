package observe

import "github.com/slipway-dev/slipway/shared/model"

// pods without a node: news is each that the scheduler has no place for, once for each of its states.
func pods(k Kubernetes) kind[model.Pod] {
	return kind[model.Pod]{
		name: "pods", list: k.PendingPods, watch: k.WatchPending,
		subject: func(p model.Pod) subject { return subject{aPod, p.Namespace, p.Name, p.UID} },
		print:   podPrint,
		first:   always[model.Pod], polled: always[model.Pod],
	}
}

// podPrint is of what a place is looked for by; requests can't change without a place. A pod that somebody nominated
// a node for is cared for, so it is forgotten here: our own nominations are no news, and a pod that loses its
// nomination is news again. So is one that was gated. The scheduler's messages, which change with every node, don't
// matter.
func podPrint(p model.Pod) (fingerprint, bool) {
	if !p.Unschedulable || p.NominatedNode != "" || p.Gated || p.Deleting || p.Finished() || comesWithNode(p) {
		return 0, false
	}
	return printOf(struct {
		Labels         map[string]string
		Priority       int32
		Requests       model.Resources
		NodeSelector   map[string]string
		NodeAffinity   [][]model.Requirement
		Tolerations    []model.Toleration
		ResourceClaims bool
		Invalid        string
	}{p.Labels, p.Priority, p.Requests, p.NodeSelector, p.NodeAffinity, p.Tolerations, p.ResourceClaims, p.Invalid}), true
}

// comesWithNode tells pods that need no node bought, since each belongs to one that exists.
func comesWithNode(p model.Pod) bool { return p.Owner.Kind == "DaemonSet" || p.Owner.Kind == "Node" }
