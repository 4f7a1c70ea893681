// Package register turns an instance that joined the cluster into a node that pods may use.
//
// It is woken by Node Changed, by its own delayed Claim Due, and by the tick, through a standard queue, many side by
// side. For every claim that has an instance but is not Initialized it looks at claim and node afresh and takes the
// next step:
//
//	no node yet        arm a Claim Due for the deadline; past it, retire the claim
//	node, unregistered one patch of the node: labels, annotations, taints, owner, finalizer, and the
//	                   unregistered taint off; then the claim's Registered
//	node Ready         nominate the claim's pods that are still unbound
//	node complete      the label on the node, then the claim's Initialized
//
// Every write of claim, node and pool is a compare-and-set on what was read, so that a doubled or reordered event only
// reads. When somebody else's write came between, the step is taken again from what there is now.
package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// Component is who register's Kubernetes Events are from.
const Component = "slipway-register"

// Clusters connects to clusters. A connection may be kept from invocation to invocation.
type Clusters interface {
	Connect(ctx context.Context, key string) (*Cluster, error)
}

// Cluster is a connected cluster.
type Cluster struct {
	Info       model.Cluster // as registered
	Kubernetes Kubernetes
	Instances  Instances
}

// Kubernetes is the cluster's API. Errors are *model.Error.
type Kubernetes interface {
	NodeClaims(ctx context.Context, page string) (model.Page[model.NodeClaim], error)
	NodeClaim(ctx context.Context, name string) (model.NodeClaim, error)
	Nodes(ctx context.Context, page string) (model.Page[model.Node], error)
	Node(ctx context.Context, name string) (model.Node, error)
	NodePools(ctx context.Context, page string) (model.Page[model.NodePool], error)
	NodePool(ctx context.Context, name string) (model.NodePool, error)
	PendingPods(ctx context.Context, page string) (model.Page[model.Pod], error)

	PatchNode(ctx context.Context, name string, patch model.NodePatch) (model.Node, error)
	PatchClaim(ctx context.Context, name string, patch model.ClaimPatch) (model.NodeClaim, error)
	PatchClaimStatus(ctx context.Context, name string, status model.ClaimStatus) (model.NodeClaim, error)
	DeleteNodeClaim(ctx context.Context, name, uid, resourceVersion string) error
	PatchPoolStatus(ctx context.Context, name string, status model.PoolStatus) (model.NodePool, error)
	NominatePod(ctx context.Context, pod model.PodRef, node string) error
	CreateEvent(ctx context.Context, event model.TellAction, now time.Time, component string) error
}

// Instances ends instances.
type Instances interface {
	Terminate(ctx context.Context, ids []string) error
}

// Ledger knows whose claim an instance is. NotFound for an instance that is none of ours.
type Ledger interface {
	ClaimOf(ctx context.Context, instance string) (cluster, claim string, err error)
}

// Queue is register's own queue.
type Queue interface {
	Send(ctx context.Context, body string, delay time.Duration) error
}

// Bus publishes events.
type Bus interface {
	Put(ctx context.Context, entries []events.Entry) error
}

// Handler is the function.
type Handler struct {
	Clusters  Clusters
	Ledger    Ledger
	Queue     Queue
	Bus       Bus
	Loop      batch.Loop
	Telemetry *telemetry.Telemetry
	Now       func() time.Time
	NewID     func() string
}

// Handle looks at every node and claim that the batch names.
func (h *Handler) Handle(ctx context.Context, sqs batch.Event) (batch.Response, error) {
	defer h.Telemetry.Flush()
	return h.Loop.Each(ctx, sqs, func(ctx context.Context, r batch.Record) error {
		event, err := events.Decode([]byte(r.Body))
		if err != nil {
			return err
		}
		return h.handle(ctx, event)
	})
}

// handle does what one event asks for. A cluster that does not answer keeps its events in the queue, but for ticks,
// of which the next minute brings another.
func (h *Handler) handle(ctx context.Context, event events.Event) error {
	head := event.Head()
	scope := h.Telemetry.About(telemetry.Subject{Cluster: head.Cluster, ClusterName: head.ClusterName, Event: head.ID, Cause: head.Cause})
	scope.EventReceived(event.Kind())
	v := newVisit(h, head, scope)
	look := v.lookFor(event)
	if look == nil {
		return batch.Skip("register does not act on " + event.Kind())
	}
	var err error
	v.cluster, err = h.Clusters.Connect(ctx, head.Cluster)
	switch {
	case model.IsKind(err, model.NotFound):
		return batch.Permanent(fmt.Errorf("cluster %s (%s): %w", head.ClusterName, head.Cluster, err))
	case err != nil:
		err = fmt.Errorf("connect to cluster %s: %w", head.ClusterName, err)
	case v.cluster.Info.Mode == model.Report:
		return batch.Skip("the cluster is only reported on")
	default:
		err = errors.Join(look(ctx), v.countPools(ctx), v.publish(ctx))
	}
	if _, tick := event.(events.Tick); tick && err != nil {
		scope.Log.WarnContext(ctx, "tick acknowledged half done; the next repeats it", "error", err.Error())
		scope.TickUnanswered()
		return nil
	}
	return err
}
