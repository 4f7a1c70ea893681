package snapshot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// parts of a snapshot as they were read.
type parts struct {
	at         time.Time
	pending    []model.Pod
	claims     []model.NodeClaim
	pools      []model.NodePool
	nodes      map[string]model.Node
	bound      map[string]boundPod
	daemonSets map[string]model.DaemonSet
	catalog    *model.Catalog
	said       []string
}

// assemble joins and sorts the parts and names what does not fit together.
func assemble(p parts) model.Snapshot {
	s := model.Snapshot{At: p.at, Catalog: p.catalog, Contradictions: p.said}
	var ended map[string]bool
	s.Pods, ended = unbound(p.pending, p.bound)
	usages := usageByNode(p.bound, ended)

	s.Nodes = sortedValues(p.nodes)
	for i := range s.Nodes {
		if u := usages[s.Nodes[i].Name]; u != nil {
			s.Nodes[i].Used, s.Nodes[i].Daemons = u.used, u.daemons
		}
	}
	s.DaemonSets = sortedValues(p.daemonSets)
	s.Pools = p.pools
	s.Claims = slices.Clone(p.claims)
	byName := func(a, b string) int { return strings.Compare(a, b) }
	slices.SortFunc(s.Pools, func(a, b model.NodePool) int { return byName(a.Name, b.Name) })
	slices.SortFunc(s.Claims, func(a, b model.NodeClaim) int { return byName(a.Name, b.Name) })
	slices.SortFunc(s.Pods, func(a, b model.Pod) int {
		return cmp.Or(byName(a.Namespace, b.Namespace), byName(a.Name, b.Name))
	})

	s.Contradictions = append(s.Contradictions, join(&s)...)
	s.Contradictions = append(s.Contradictions, homeless(usages, p.nodes)...)
	return s
}

func sortedValues[V any](m map[string]V) []V {
	out := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[key])
	}
	return out
}

// homeless names the nodes that pods are bound to and that do not exist. Kubernetes removes such pods soon.
func homeless(usages map[string]*usage, nodes map[string]model.Node) []string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(usages)) {
		if _, there := nodes[name]; !there {
			said = append(said, fmt.Sprintf("%d pods are bound to node %s, which is not there", usages[name].pods, name))
		}
	}
	return said
}
