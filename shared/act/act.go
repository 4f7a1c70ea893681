// Package act carries Plans out. It is the only place where a decision meets the world, through ports that it
// declares (ports.go), each method of which makes at most one remote call; so every single call is a place where
// the function may be killed, and the order of the calls is what keeps a killed function harmless:
//
//	freeze        the launch into the ledger, if the decision still holds its lane       (the commit point)
//	create        its NodeClaims in Kubernetes                                           (the durable intent)
//	CreateFleet   with the frozen request, sent again verbatim after a lost answer
//	answer        the instances' ids into the ledger, once
//	pair          the i-th instance with the i-th claim: tag, claim's labels and status, index
//	close         the launch in the ledger
//
// A launch that is found open is driven on from wherever it stopped (Resume). Until it is closed it owns its
// instances.
package act

import (
	"context"
	"errors"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Applier carries out the Plans of one lane of one cluster. It may be kept between invocations; it is not safe for
// concurrent use by several decisions, and need not be: a lane decides one at a time.
type Applier struct {
	Cluster model.Cluster
	Lane    string

	Kubernetes Kubernetes
	Fleets     Fleets
	Ledger     Ledger
	Parallel   Parallel
	Now        func() time.Time

	told told
}

// Outcome is what came of a Plan.
type Outcome struct {
	Launches []Launched
	// Unfilled are claims that no offering was left for; they were taken back, and their pods wait for another
	// decision, which the caller asks for.
	Unfilled []string
	// Unsaid joins the errors of the Kubernetes Events that could not be written. They are only words, so they fail
	// nothing; the next decision says them again.
	Unsaid error
}

// Launched is what came of one launch.
type Launched struct {
	Launch  string
	At      time.Time // when EC2 was asked
	Attempt int
	Claims  []string // that it was for
	Pairs   []Pair
	Refused []model.FleetError // offerings that EC2 did not give, claims that Kubernetes did not take
}

// Pair of a claim and its instance.
type Pair struct {
	Claim    string
	Instance model.Instance
}

// ErrLaneLost says that another decision has opened since ours: what the Plan says is stale, and what was not
// frozen is dropped.
var ErrLaneLost = errors.New("another decision has opened in this lane")

// Apply carries the Plan out for the decision that holds the lane as given. Launches come first, since pods wait
// for them; a failed action does not keep the others from being carried out. The error, if any, joins those of all
// actions; ErrLaneLost is among them when the lane was lost, and then nothing but the launches was tried.
func (a *Applier) Apply(ctx context.Context, plan model.Plan, lane model.Lane) (Outcome, error) {
	var out Outcome
	var launches []model.LaunchAction
	var tells []model.Action
	var rest []func(context.Context) error
	for _, action := range plan.Actions {
		switch {
		case action.Launch != nil:
			launches = append(launches, *action.Launch)
		case action.Remember != nil:
			rest = append(rest, func(ctx context.Context) error { return a.remember(ctx, *action.Remember) })
		case action.Release != nil:
			rest = append(rest, func(ctx context.Context) error { return a.release(ctx, *action.Release) })
		case action.Tell != nil:
			tells = append(tells, action)
		}
	}
	err := a.launchAll(ctx, launches, lane, &out)
	if errors.Is(err, ErrLaneLost) {
		return out, err
	}
	err = errors.Join(err, a.Parallel(ctx, rest...))
	out.Unsaid = a.tellAll(ctx, tells)
	return out, err
}
