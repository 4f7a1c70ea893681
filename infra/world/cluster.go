package world

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	bootAfter  = 30 * time.Second // instance -> node
	readyAfter = 10 * time.Second // node -> Ready
)

// begin puts the cluster into its first state: one pool, a small catalog, no nodes.
func (w *World) begin() error {
	pool := model.NodePool{
		Name: "general", UID: "pool-1", Generation: 1, Class: model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		Conditions: model.Conditions{{Type: model.Ready, Status: model.True}},
	}
	pool.Hash = pool.TemplateHash()
	w.kubernetes.SetPool(pool)
	w.records.Around = nil
	defer func() { w.records.Around = w.around }()
	if _, err := w.records.PutCatalog(context.Background(), w.cluster.Key, smallCatalog(pool), ""); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	w.ec2.Stock("m7g.large", "us-east-1a", 0, "") // the cheapest offering is out of stock on the way
	w.boot()
	return nil
}

// arrive makes pods: five at the beginning, four more after four.
func (w *World) arrive() {
	n := 0
	switch w.now.Sub(w.start) {
	case step:
		n = 5
	case 4 * time.Minute:
		n = 4
	}
	for i := range n {
		name := fmt.Sprintf("web-%s-%d", w.now.Format("1504"), i)
		w.kubernetes.SetPod(model.Pod{
			PodRef: model.PodRef{Namespace: "default", Name: name}, Phase: "Pending", CreatedAt: w.now,
			Owner:    model.Owner{Kind: "ReplicaSet", Name: "web", UID: "rs-1"},
			Requests: model.Resources{CPU: 900, Memory: 1 << 30, Pods: 1},
		})
	}
}

// machines turns running instances into nodes, and nodes Ready, each after its time.
func (w *World) machines() {
	have := map[string]model.Node{}
	for _, n := range w.kubernetes.AllNodes() {
		have[n.ProviderID] = n
	}
	for _, i := range w.ec2.All() {
		id := model.ProviderID(i.Zone, i.ID)
		node, joined := have[id]
		switch {
		case i.State != "running":
			if joined {
				w.kubernetes.DeleteNode(node.Name)
			}
		case !joined && w.now.Sub(i.LaunchedAt) >= bootAfter:
			w.kubernetes.SetNode(w.newNode(i, id))
		case joined && !node.Ready() && w.now.Sub(node.CreatedAt) >= readyAfter:
			node.Conditions = node.Conditions.With(model.Condition{Type: model.Ready, Status: model.True, LastTransitionTime: w.now})
			node.Taints = slices.DeleteFunc(node.Taints, func(t model.Taint) bool { return t.Key == "node.kubernetes.io/not-ready" })
			w.kubernetes.SetNode(node)
		}
	}
}

func (w *World) newNode(i model.Instance, providerID string) model.Node {
	size := sizeOf(i.Type)
	return model.Node{
		Name: i.PrivateDNS, ProviderID: providerID, CreatedAt: w.now,
		Labels: map[string]string{
			model.LabelInstanceType: i.Type, model.LabelZone: i.Zone, model.LabelHostname: i.PrivateDNS,
			model.LabelArch: "arm64", model.LabelOS: "linux",
		},
		Taints: []model.Taint{
			{Key: model.TaintUnregistered, Effect: model.NoExecute},
			{Key: "node.kubernetes.io/not-ready", Effect: model.NoSchedule},
		},
		Capacity: size, Allocatable: model.Resources{CPU: size.CPU - 80, Memory: size.Memory - 1<<30, EphemeralStorage: size.EphemeralStorage / 2, Pods: size.Pods},
	}
}

// schedule binds what fits and says Unschedulable of the rest. As for the real scheduler a nomination is a claim on the
// node's room, which others respect, and a hint to the pod, which goes elsewhere when it does not fit there.
func (w *World) schedule() {
	nodes := w.kubernetes.AllNodes()
	used := map[string]model.Resources{}
	var waiting []model.Pod
	for _, p := range w.kubernetes.AllPods() {
		on := p.NodeName
		if on == "" {
			waiting = append(waiting, p)
			on = p.NominatedNode
		}
		used[on] = used[on].Plus(p.Requests)
	}
	for _, p := range waiting {
		used[p.NominatedNode] = used[p.NominatedNode].Minus(p.Requests)
		fits := func(n model.Node) bool {
			return n.Ready() && len(n.Taints) == 0 && p.Requests.FitsIn(n.Allocatable.Minus(used[n.Name]))
		}
		i := slices.IndexFunc(nodes, func(n model.Node) bool { return n.Name == p.NominatedNode && fits(n) })
		if i < 0 {
			i = slices.IndexFunc(nodes, fits)
		}
		switch {
		case i >= 0:
			p.NodeName, p.Phase, p.Unschedulable = nodes[i].Name, "Running", false
			used[p.NodeName] = used[p.NodeName].Plus(p.Requests)
			w.kubernetes.SetPod(p)
			continue
		case !p.Unschedulable:
			p.Unschedulable = true
			w.kubernetes.SetPod(p)
		}
		used[p.NominatedNode] = used[p.NominatedNode].Plus(p.Requests)
	}
}

// observe publishes what the function observe would of what has changed since the last step.
func (w *World) observe() {
	var pending []events.Pod
	for _, p := range w.kubernetes.AllPods() {
		if p.Unschedulable && p.NodeName == "" && w.changed("pod "+p.UID, "unschedulable") {
			pending = append(pending, events.Pod{Namespace: p.Namespace, Name: p.Name, UID: p.UID})
		}
	}
	if len(pending) > 0 {
		w.say(events.NewPodsPending(w.header(), pending, "1"))
	}
	var nodes, claims []string
	for _, n := range w.kubernetes.AllNodes() {
		if w.changed("node "+n.Name, fmt.Sprint(n.Ready(), n.Taints)) {
			nodes = append(nodes, n.Name)
		}
	}
	for _, c := range w.kubernetes.AllClaims() {
		if w.changed("claim "+c.UID, c.ProviderID) {
			claims = append(claims, c.Name)
		}
	}
	if len(nodes)+len(claims) > 0 {
		w.say(events.NewNodeChanged(w.header(), nodes, claims))
	}
}

func (w *World) changed(what, state string) bool {
	old := w.seen[what]
	w.seen[what] = state
	return old != state
}

// say publishes; what this world says of itself is always well formed.
func (w *World) say(e events.Event) {
	if err := w.publish(e, true); err != nil {
		panic(err)
	}
}
