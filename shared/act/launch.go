package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// maxAttempts bounds how often one decision asks EC2 again with what remains of the offerings. What is still
// without an instance then is left to another decision.
const maxAttempts = 8

// launchAll freezes the launches, drives each to its end, and tries the claims that came out empty on the offerings
// that remain, at once.
func (a *Applier) launchAll(ctx context.Context, actions []model.LaunchAction, lane model.Lane, out *Outcome) error {
	var failed error
	for round := 1; len(actions) > 0; round++ {
		launches, err := a.freeze(ctx, actions, &lane)
		if err != nil {
			return errors.Join(failed, err)
		}
		results, err := a.driveAll(ctx, launches)
		failed = errors.Join(failed, err)
		actions = nil
		for _, r := range results {
			out.Launches = append(out.Launches, r.launched())
			next, ok := again(r)
			if ok && round < maxAttempts {
				actions = append(actions, next)
				continue
			}
			failed = errors.Join(failed, a.giveUp(ctx, r, out))
		}
	}
	return failed
}

// result of one launch.
type result struct {
	launch   model.Launch
	asked    time.Time // when EC2 was
	answer   model.FleetAnswer
	pairs    []Pair
	unfilled []model.NodeClaim  // living claims that got no instance
	unmade   []model.FleetError // claims that Kubernetes did not take
}

func (r result) launched() Launched {
	l := Launched{
		Launch: r.launch.ID, At: r.asked, Attempt: r.launch.Attempt,
		Pairs: r.pairs, Refused: slices.Concat(r.unmade, r.answer.Errors),
	}
	for _, c := range r.launch.Claims() {
		l.Claims = append(l.Claims, c.Name)
	}
	return l
}

// driveAll drives launches that were frozen just now. Those that failed are missing from the results.
func (a *Applier) driveAll(ctx context.Context, launches []model.Launch) ([]result, error) {
	results := make([]result, len(launches))
	tasks := make([]func(context.Context) error, len(launches))
	for i := range launches {
		tasks[i] = func(ctx context.Context) (err error) {
			results[i], err = a.drive(ctx, launches[i], unsent)
			return err
		}
	}
	err := a.Parallel(ctx, tasks...)
	return slices.DeleteFunc(results, func(r result) bool { return r.launch.ID == "" }), err
}

// sending is whether a launch's request may have reached EC2 already.
type sending bool

const (
	unsent    sending = false // frozen just now, by us
	maybeSent sending = true
)

// drive takes a frozen launch from wherever it stands to its end. After an error the launch stays open and a later
// decision drives it on. A launch that nobody has sent, and of whose claims none lives, is not sent any more.
func (a *Applier) drive(ctx context.Context, launch model.Launch, sent sending) (result, error) {
	fail := func(err error) (result, error) { return result{}, fmt.Errorf("launch %s: %w", launch.ID, err) }
	claims, unmade, err := a.ensureClaims(ctx, launch)
	if err != nil {
		return fail(err)
	}
	r := result{launch: launch, asked: a.Now(), unmade: unmade}
	if sent == maybeSent || slices.ContainsFunc(claims, alive) {
		var strays []model.Instance
		if r.answer, strays, err = a.answer(ctx, launch); err != nil {
			return fail(err)
		}
		if err := a.mark(ctx, r.answer.Errors); err != nil {
			return fail(err)
		}
		if err := a.pair(ctx, &r, claims, strays); err != nil {
			return fail(err)
		}
	}
	if err := a.Ledger.Close(ctx, a.Cluster.Key, a.Lane, launch.ID); err != nil {
		return fail(fmt.Errorf("close: %w", err))
	}
	return r, nil
}
