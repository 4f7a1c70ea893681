package sched

import (
	"maps"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// claimSeats lists the claims that are on their way to become nodes.
func claimSeats(d *decision, nodes map[*model.NodeClaim]*model.Node) []*seat {
	var seats []*seat
	for i := range d.snapshot.Claims {
		claim := &d.snapshot.Claims[i]
		node := nodes[claim]
		switch {
		case claim.Deleting() || claim.Initialized() || node != nil && !open(node):
		case claim.Launched():
			seats = append(seats, launchedSeat(d, claim, node))
		case d.ours(claim):
			seats = append(seats, waitingSeat(d, claim))
		}
	}
	return seats
}

// ours reports whether the claim was made by Slipway in this cluster. Nobody launches other claims, so one of them
// without instance is no place.
func (d *decision) ours(claim *model.NodeClaim) bool {
	return claim.Annotations[model.AnnotationCluster] == d.snapshot.Cluster.Owner()
}

// launchedSeat is a claim with an instance whose node is not complete.
func launchedSeat(d *decision, claim *model.NodeClaim, node *model.Node) *seat {
	s := &seat{name: claim.Name, labels: d.labelsToBe(claim), taints: claim.Taints, claim: claim, pool: d.pool(claim.Pool())}
	if node != nil {
		s.taints = slices.Concat(claim.Taints, lasting(node.Taints, claim.StartupTaints))
	}
	room := claim.Allocatable
	if t, known := d.table.index[claim.Labels[model.LabelInstanceType]]; room.IsZero() && known && s.pool != nil && s.pool.class != nil {
		room = s.pool.shapes[t].Allocatable
	}
	s.free = room.Minus(claim.Used).Minus(d.expected(claim.Daemons, s.taints, s.label))
	return s
}

// labelsToBe are the labels of a launched claim, and the one that its node will bring and that can be told already.
func (d *decision) labelsToBe(claim *model.NodeClaim) map[string]string {
	id, known := d.table.zoneIDs[claim.Labels[model.LabelZone]]
	if !known || claim.Labels[model.LabelZoneID] != "" {
		return claim.Labels
	}
	labels := maps.Clone(claim.Labels)
	labels[model.LabelZoneID] = id
	return labels
}

// lasting are a node's taints without those that come off by themselves while it starts.
func lasting(taints, startup []model.Taint) []model.Taint {
	return slices.DeleteFunc(slices.Clone(taints), func(t model.Taint) bool {
		switch t.Key {
		case "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
			"node.cloudprovider.kubernetes.io/uninitialized", model.TaintUnregistered:
			return true
		}
		return slices.ContainsFunc(startup, func(s model.Taint) bool { return s.Key == t.Key && s.Effect == t.Effect })
	})
}

// waitingSeat is a claim without instance: it has the least of what its types have.
func waitingSeat(d *decision, claim *model.NodeClaim) *seat {
	s := &seat{
		name: claim.Name, labels: claim.Labels, taints: claim.Taints, claim: claim,
		pool: d.pool(claim.Pool()), offers: d.admissible(claim),
	}
	s.lost = !slices.Contains(d.snapshot.Lane.OpenLaunches, claim.Annotations[model.AnnotationLaunch])
	if s.pool == nil || s.pool.class == nil {
		s.offers = make(selection, len(s.offers))
	} else if s.lost {
		s.offers = s.offers.clone()
		s.offers.and(s.pool.stock)
	}
	for i, t := range s.offers.types() {
		room := s.pool.room(t)
		if i > 0 {
			room = s.free.Min(room)
		}
		s.free = room
	}
	return s
}

// admissible is what a claim may be launched as by its own requirements, whatever is in stock.
func (d *decision) admissible(claim *model.NodeClaim) selection {
	if s, ok := d.claimOffers[claim.Name]; ok {
		return s
	}
	s := d.satisfying(require.All(claim.Requirements...))
	d.claimOffers[claim.Name] = s
	return s
}
