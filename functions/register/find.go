package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// nodes looks at the claims of the named nodes. A node that is gone, or none of ours, is somebody else's business.
func (v *visit) nodes(ctx context.Context, names []string) error {
	var failed error
	for _, name := range names {
		failed = errors.Join(failed, v.node(ctx, name))
	}
	return failed
}

func (v *visit) node(ctx context.Context, name string) error {
	node, err := v.read(ctx, name)
	if err != nil || node == nil {
		return err
	}
	claimName, err := v.claimOf(ctx, *node)
	if err != nil || claimName == "" {
		return err
	}
	claim, err := v.cluster.Kubernetes.NodeClaim(ctx, claimName)
	if model.IsKind(err, model.NotFound) || err == nil && claim.ProviderID != node.ProviderID {
		return nil
	}
	if err != nil {
		return fmt.Errorf("claim %s: %w", claimName, err)
	}
	return v.settle(ctx, claim, node)
}

// claimOf is the name of the node's claim, empty when it has none of ours: by its owner once it is registered, by
// the ledger's index before.
func (v *visit) claimOf(ctx context.Context, node model.Node) (string, error) {
	if node.OwnerClaim != "" {
		return node.OwnerClaim, nil
	}
	instance := model.InstanceID(node.ProviderID)
	if instance == "" {
		return "", nil
	}
	cluster, claim, err := v.handler.Ledger.ClaimOf(ctx, instance)
	if model.IsKind(err, model.NotFound) || err == nil && cluster != v.cluster.Info.Key {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("whose claim is %s: %w", instance, err)
	}
	return claim, nil
}

// claims looks at the named claims.
func (v *visit) claims(ctx context.Context, names []string) error {
	var failed error
	for _, name := range names {
		claim, err := v.cluster.Kubernetes.NodeClaim(ctx, name)
		switch {
		case model.IsKind(err, model.NotFound):
			continue
		case err != nil:
			err = fmt.Errorf("claim %s: %w", name, err)
		default:
			err = v.claim(ctx, claim)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// joinsAfter is the age of a claim from which its node may have joined already. No machine boots faster.
const joinsAfter = 15 * time.Second

// claim looks at a claim and, once it is registered, its node. Before that the node is only to be found by its provider
// ID in a list of all nodes, which would be in vain for a claim just launched: its node's joining is an event by itself.
// One that was paired late may have a node whose event found no claim.
func (v *visit) claim(ctx context.Context, claim model.NodeClaim) error {
	if claim.NodeName == "" && claim.Launched() && v.handler.Now().Sub(claim.CreatedAt) > joinsAfter {
		return v.match(ctx, []model.NodeClaim{claim})
	}
	if claim.NodeName == "" {
		return v.settle(ctx, claim, nil)
	}
	node, err := v.read(ctx, claim.NodeName)
	if err != nil {
		return err
	}
	return v.settle(ctx, claim, node)
}

// due looks at the claim of a delayed message, unless it is another one of the same name by now.
func (v *visit) due(ctx context.Context, event events.ClaimDue) error {
	claim, err := v.cluster.Kubernetes.NodeClaim(ctx, event.Claim)
	if model.IsKind(err, model.NotFound) || err == nil && claim.UID != event.UID {
		return nil
	}
	if err != nil {
		return fmt.Errorf("claim %s: %w", event.Claim, err)
	}
	return v.claim(ctx, claim)
}

// all looks at every claim that is on its way. It is the backstop for whatever was lost, and counts every pool anew.
func (v *visit) all(ctx context.Context) error {
	v.allPools = true
	var waiting []model.NodeClaim
	for page := ""; ; {
		p, err := v.cluster.Kubernetes.NodeClaims(ctx, page)
		if err != nil {
			return fmt.Errorf("list claims: %w", err)
		}
		for _, c := range p.Items {
			if c.Launched() && !c.Initialized() {
				waiting = append(waiting, c)
			}
		}
		if page = p.Next; page == "" {
			break
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return v.match(ctx, waiting)
}

// match finds the claims' nodes by provider ID and looks at each claim.
func (v *visit) match(ctx context.Context, claims []model.NodeClaim) error {
	byProvider := map[string]model.Node{}
	for page := ""; ; {
		p, err := v.cluster.Kubernetes.Nodes(ctx, page)
		if err != nil {
			return fmt.Errorf("list nodes: %w", err)
		}
		for _, n := range p.Items {
			byProvider[n.ProviderID] = n
		}
		if page = p.Next; page == "" {
			break
		}
	}
	var failed error
	for _, c := range claims {
		var node *model.Node
		if n, ok := byProvider[c.ProviderID]; ok {
			node = &n
		}
		failed = errors.Join(failed, v.settle(ctx, c, node))
	}
	return failed
}
