package snapshot

import (
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// boundPod is what is kept of a pod on a node: a cluster has many.
type boundPod struct {
	uid       string
	node      string
	daemonSet string // UID of the daemonset that made it
	createdAt time.Time
	requests  model.Resources
}

func boundPodOf(p model.Pod) boundPod {
	b := boundPod{uid: p.UID, node: p.NodeName, createdAt: p.CreatedAt, requests: p.Requests}
	if p.Owner.Kind == "DaemonSet" {
		b.daemonSet = p.Owner.UID
	}
	return b
}

// usage of one node.
type usage struct {
	used    model.Resources
	daemons []string // UIDs, sorted
	pods    int
}

// usageByNode sums up what the bound pods use, without those that skip names.
func usageByNode(bound map[string]boundPod, skip map[string]bool) map[string]*usage {
	byNode := map[string]*usage{}
	for key, p := range bound {
		if skip[key] || p.node == "" {
			continue
		}
		u := byNode[p.node]
		if u == nil {
			u = &usage{}
			byNode[p.node] = u
		}
		u.used = u.used.Plus(p.requests)
		u.pods++
		if p.daemonSet != "" {
			u.daemons = append(u.daemons, p.daemonSet)
		}
	}
	for _, u := range byNode {
		slices.Sort(u.daemons)
		u.daemons = slices.Compact(u.daemons)
	}
	return byNode
}

// unbound returns the pods that really have no node, and the keys of bound pods that no longer exist. List and watch
// are of slightly different moments, so a pod may be in both: bound in between, or, when the UIDs differ, the one
// the successor of the other's name (a StatefulSet's), and then the younger is the one that exists.
func unbound(pending []model.Pod, bound map[string]boundPod) (pods []model.Pod, ended map[string]bool) {
	ended = map[string]bool{}
	for _, p := range pending {
		key := p.PodRef.String()
		b, both := bound[key]
		switch {
		case p.Finished() || p.NodeName != "":
			continue
		case both && (b.uid == p.UID || b.createdAt.After(p.CreatedAt)):
			continue
		case both:
			ended[key] = true
		}
		pods = append(pods, p)
	}
	return pods, ended
}
