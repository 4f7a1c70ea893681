package sched

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// newSeats lists the places that exist: initialized nodes by name, then claims on their way by name. A node whose
// claim is not Initialized is represented by its claim: what the kubelet says so far may not be all of it.
func newSeats(d *decision) []*seat {
	claims := newClaimIndex(d.snapshot.Claims)
	nodes := make(map[*model.NodeClaim]*model.Node)
	var seats []*seat
	for i := range d.snapshot.Nodes {
		n := &d.snapshot.Nodes[i]
		claim := claims.of(n)
		if claim != nil {
			nodes[claim] = n
		}
		if open(n) && (claim == nil || claim.Initialized() && !claim.Deleting()) {
			seats = append(seats, nodeSeat(d, n, claim))
		}
	}
	byName := func(a, b *seat) int { return compareText(a.name, b.name) }
	slices.SortFunc(seats, byName)
	inflight := claimSeats(d, nodes)
	slices.SortFunc(inflight, byName)
	return append(seats, inflight...)
}

// open reports whether a node may get pods at all. Whether it is ready is said by its taints.
func open(n *model.Node) bool { return !n.Unschedulable && !n.Deleting }

func nodeSeat(d *decision, n *model.Node, claim *model.NodeClaim) *seat {
	s := &seat{name: n.Name, labels: n.Labels, taints: n.Taints, node: n, claim: claim}
	s.free = n.Allocatable.Minus(n.Used).Minus(d.expected(n.Daemons, n.Taints, s.label))
	return s
}

// claimIndex finds the claim of a node.
type claimIndex struct {
	byProvider, byNode, byName map[string]*model.NodeClaim
}

func newClaimIndex(claims []model.NodeClaim) claimIndex {
	x := claimIndex{map[string]*model.NodeClaim{}, map[string]*model.NodeClaim{}, map[string]*model.NodeClaim{}}
	for i := range claims {
		c := &claims[i]
		x.byName[c.Name] = c
		if c.ProviderID != "" {
			x.byProvider[c.ProviderID] = c
		}
		if c.NodeName != "" {
			x.byNode[c.NodeName] = c
		}
	}
	return x
}

// of is the claim of the node, nil when it has none. The provider ID counts most: names are used again.
func (x claimIndex) of(n *model.Node) *model.NodeClaim {
	if c := x.byProvider[n.ProviderID]; c != nil {
		return c
	}
	if n.OwnerClaim != "" {
		return x.byName[n.OwnerClaim]
	}
	if c := x.byNode[n.Name]; c != nil && c.ProviderID == "" {
		return c
	}
	return nil
}
