package observe

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// nodes: news is a change of what pods may run there and how many, and a node that comes or goes.
func nodes(k Kubernetes) kind[model.Node] {
	return kind[model.Node]{
		name: "nodes", list: k.Nodes, watch: k.WatchNodes,
		subject: func(n model.Node) subject { return subject{kind: aNode, name: n.Name} },
		print:   nodePrint,
		first:   unregistered, polled: unregistered,
		leaving: true,
	}
}

// nodePrint leaves out heartbeats, annotations and what the kubelet says about itself besides being Ready.
func nodePrint(n model.Node) (fingerprint, bool) {
	return printOf(struct {
		UID           string
		ProviderID    string
		Ready         string
		Taints        []model.Taint
		Labels        map[string]string
		Allocatable   model.Resources
		Unschedulable bool
		Deleting      bool
	}{n.UID, n.ProviderID, n.Conditions.Get(model.Ready).Status, n.Taints, n.Labels, n.Allocatable, n.Unschedulable, n.Deleting}), true
}

// unregistered nodes wait for register.
func unregistered(n model.Node) bool {
	return slices.ContainsFunc(n.Taints, func(t model.Taint) bool { return t.Key == model.TaintUnregistered })
}
