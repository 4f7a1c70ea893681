// Package install prepares a cluster, once for each deployment of it: Karpenter's definitions, what our functions
// may do there, default pools for a cluster that has none, and the cluster's registration.
//
// It is a CloudFormation custom resource, so that its failure is the stack's and is rolled back with it. Everything
// it does may be done again. Its bootstrap wraps Handle in cfn.LambdaWrap, which answers CloudFormation on every
// path; a stack that gets no answer hangs for an hour.
//
// Deleting the resource changes nothing in the cluster: its nodes, pools and claims are the owner's. Uninstalling
// is said explicitly, in another way.
package install

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// Clusters connects to a cluster that need not be registered yet.
type Clusters interface {
	Dial(ctx context.Context, info model.Cluster) (Kubernetes, error)
}

// Kubernetes is the API of one cluster, as its administrator. Errors are *model.Error.
type Kubernetes interface {
	// UID of the kube-system namespace.
	UID(ctx context.Context) (string, error)
	// Get returns the object of the same kind and name.
	Get(ctx context.Context, like *crd.Object) (*crd.Object, error)
	// Create answers AlreadyExists for a name that is taken, and NotFound while the kind is not served yet.
	Create(ctx context.Context, object *crd.Object) error
	// Update answers Conflict when the object changed since it was read.
	Update(ctx context.Context, object *crd.Object) error
	// HasPools reports whether there is any NodePool; NotFound while the kind is not served yet.
	HasPools(ctx context.Context) (bool, error)
}

// Ledger registers clusters.
type Ledger interface {
	PutCluster(ctx context.Context, cluster model.Cluster) error
}

// Bus publishes events.
type Bus interface {
	Put(ctx context.Context, entries []events.Entry) error
}

// Handler is the function.
type Handler struct {
	Clusters  Clusters
	Ledger    Ledger
	Bus       Bus
	Telemetry *telemetry.Telemetry
	Now       func() time.Time
	NewID     func() string
	// Pause waits; it returns early with the context's error.
	Pause func(ctx context.Context, d time.Duration) error
}

// answerWithin is what is kept of the invocation's time to answer CloudFormation.
const answerWithin = 5 * time.Second

// longestReason is how much of an error goes into the answer, which may have 4 KB.
const longestReason = 1000

// Handle answers one request of CloudFormation with the resource's id and attributes.
func (h *Handler) Handle(ctx context.Context, event cfn.Event) (id string, data map[string]any, err error) {
	defer h.Telemetry.Flush()
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerWithin))
		defer cancel()
	}
	id = event.PhysicalResourceID
	if event.RequestType == cfn.RequestDelete {
		return id, nil, nil
	}
	p, err := readProperties(event.ResourceProperties)
	if err != nil {
		return id, nil, err
	}
	id = "slipway-" + p.cluster.Key
	scope := h.Telemetry.About(telemetry.Subject{Cluster: p.cluster.Key, ClusterName: p.cluster.Name, Event: event.RequestID})
	run := &installation{handler: h, properties: p, log: scope.Log}
	if err := run.run(ctx); err != nil {
		scope.Log.ErrorContext(ctx, "install failed", "error", err.Error())
		return id, nil, shortened(fmt.Errorf("install into cluster %s: %w", p.cluster.Name, err))
	}
	return id, map[string]any{"ClusterKey": p.cluster.Key, "ClusterUID": run.properties.cluster.UID}, nil
}

func shortened(err error) error {
	if text := err.Error(); len(text) > longestReason {
		return errors.New(text[:longestReason] + " [cut]")
	}
	return err
}
