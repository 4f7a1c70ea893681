package snapshot

import (
	"cmp"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// join gives each claim whose node is not Initialized what is used on that node, drops a second claim to one
// instance, and names what it could not join. The snapshot's lists are sorted.
func join(s *model.Snapshot) (contradictions []string) {
	contradictions = dropDoubles(s)
	byProvider, byName := map[string]*model.Node{}, map[string]*model.Node{}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		byName[n.Name] = n
		if n.ProviderID != "" {
			byProvider[n.ProviderID] = n
		}
	}
	claimed := map[string]bool{}
	for i := range s.Claims {
		c := &s.Claims[i]
		n := byProvider[c.ProviderID]
		if n == nil && c.NodeName != "" {
			n = byName[c.NodeName]
		}
		if n == nil {
			continue
		}
		claimed[n.Name] = true
		if !c.Initialized() {
			c.Used, c.Daemons = n.Used, n.Daemons
		}
	}
	for _, n := range s.Nodes {
		if n.Labels[model.LabelNodePool] != "" && n.Labels[model.LabelNodeClass] != "" && !claimed[n.Name] {
			contradictions = append(contradictions, fmt.Sprintf("node %s of pool %s has no claim", n.Name, n.Labels[model.LabelNodePool]))
		}
	}
	return contradictions
}

// dropDoubles keeps the oldest of the claims to one instance: a restored or copied claim comes later.
func dropDoubles(s *model.Snapshot) (contradictions []string) {
	owner := map[string]*model.NodeClaim{}
	for i := range s.Claims {
		c := &s.Claims[i]
		if c.ProviderID == "" {
			continue
		}
		if first := owner[c.ProviderID]; first == nil || older(c, first) {
			owner[c.ProviderID] = c
		}
	}
	var kept []model.NodeClaim
	for i := range s.Claims {
		c := &s.Claims[i]
		if first := owner[c.ProviderID]; c.ProviderID != "" && first != c {
			contradictions = append(contradictions, fmt.Sprintf("claims %s and %s are both of instance %s; %s is left out", first.Name, c.Name, c.ProviderID, c.Name))
			continue
		}
		kept = append(kept, *c)
	}
	s.Claims = kept
	return contradictions
}

func older(a, b *model.NodeClaim) bool {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Name, b.Name)) < 0
}
