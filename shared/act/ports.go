package act

import (
	"context"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Kubernetes is the cluster's API. Errors are *model.Error.
type Kubernetes interface {
	// CreateNodeClaim answers AlreadyExists for a name that is taken.
	CreateNodeClaim(ctx context.Context, claim model.NodeClaim) (model.NodeClaim, error)
	NodeClaim(ctx context.Context, name string) (model.NodeClaim, error)
	// DeleteNodeClaim deletes the claim of that UID at that resource version, if one is given.
	DeleteNodeClaim(ctx context.Context, name, uid, resourceVersion string) error
	PatchClaim(ctx context.Context, name string, patch model.ClaimPatch) (model.NodeClaim, error)
	PatchClaimStatus(ctx context.Context, name string, status model.ClaimStatus) (model.NodeClaim, error)
	// CreateEvent makes a Kubernetes Event; the same one again is no error.
	CreateEvent(ctx context.Context, event model.TellAction, now time.Time, component string) error
}

// Fleets is EC2 as far as launching goes. Errors are *model.Error.
type Fleets interface {
	// Serialize makes the request that Create sends. It calls nobody.
	Serialize(request model.FleetRequest) ([]byte, error)
	// Create sends a serialized CreateFleet request. A fleet that got less than it asked for is no error.
	Create(ctx context.Context, request []byte) (model.FleetAnswer, error)
	// ByLaunch lists the living instances that carry the launch's tag, a page at a time.
	ByLaunch(ctx context.Context, launch, page string) (model.Page[model.Instance], error)
	Tag(ctx context.Context, instance string, tags map[string]string) error
	Terminate(ctx context.Context, instances []string) error
}

// Ledger is the memory that outlives functions. Errors are *model.Error.
type Ledger interface {
	// Freeze stores the launches and counts them in the lane, all or none, if the lane is still at their epoch:
	// Conflict if not.
	Freeze(ctx context.Context, lane string, launches []model.Launch, minute time.Time, count int64) error
	Launch(ctx context.Context, cluster, id string) (model.Launch, error)
	// Answer stores the launch's answer unless it has one; the stored one comes back.
	Answer(ctx context.Context, cluster, id string, answer model.FleetAnswer) (model.FleetAnswer, error)
	Mark(ctx context.Context, cluster, lane string, marks []model.Unavailable) error
	// Index remembers whose claim an instance is, at most 25 at once.
	Index(ctx context.Context, cluster string, claimOf map[string]string) error
	// Close forgets the launch. One that is gone already is no error.
	Close(ctx context.Context, cluster, lane, id string) error
}

// Parallel runs the tasks, waits for all of them and joins their errors. The simulator's runs one after another.
type Parallel func(ctx context.Context, tasks ...func(context.Context) error) error
