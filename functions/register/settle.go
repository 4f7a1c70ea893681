package register

import (
	"context"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// patience is how often the steps of one claim are taken, from what there is then.
const patience = 4

// settle advances the claim as far as it gets. A kubelet writes its node again and again while it starts, so a
// Conflict is no news: we look again, at once. If it stays, the event comes again.
func (v *visit) settle(ctx context.Context, claim model.NodeClaim, node *model.Node) error {
	for try := 1; ; try++ {
		err := v.advance(ctx, claim, node)
		if try == patience || !model.IsKind(err, model.Conflict) {
			return err
		}
		now, err := v.cluster.Kubernetes.NodeClaim(ctx, claim.Name)
		if model.IsKind(err, model.NotFound) || err == nil && now.UID != claim.UID {
			return nil
		}
		if err != nil {
			return fmt.Errorf("claim %s: %w", claim.Name, err)
		}
		claim = now
		if node != nil {
			if node, err = v.read(ctx, node.Name); err != nil {
				return err
			}
		}
	}
}

// read is the node of the name, nil when there is none.
func (v *visit) read(ctx context.Context, name string) (*model.Node, error) {
	node, err := v.cluster.Kubernetes.Node(ctx, name)
	if model.IsKind(err, model.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("node %s: %w", name, err)
	}
	return &node, nil
}
