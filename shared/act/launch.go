package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// maxAttempts bounds how often one decision asks EC2 again with what remains of the offerings. What is still
// without an instance then is left to the next decision.
const maxAttempts = 8

// launchAll freezes the launches, drives each to its end, and tries the claims that came out empty on the offerings
// that remain, at once.
func (a *Applier) launchAll(ctx context.Context, actions []model.LaunchAction, lane model.Lane, out *Outcome) error {
	var failed error
	for round := 0; len(actions) > 0 && round < maxAttempts; round++ {
		launches, err := a.freeze(ctx, actions, &lane)
		if err != nil {
			return errors.Join(failed, err)
		}
		results, err := a.driveAll(ctx, launches)
		failed = errors.Join(failed, err)
		actions = nil
		for _, r := range results {
			out.Launches = append(out.Launches, r.launched())
			if next, ok := again(r); ok {
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
	asked    time.Time
	answer   model.FleetAnswer
	pairs    []Pair
	unfilled []model.NodeClaim // living claims that got no instance
}

func (r result) launched() Launched {
	l := Launched{Launch: r.launch.ID, At: r.asked, Attempt: r.launch.Attempt, Pairs: r.pairs, Refused: r.answer.Errors}
	for _, c := range r.launch.Claims() {
		l.Claims = append(l.Claims, c.Name)
	}
	return l
}

func (a *Applier) driveAll(ctx context.Context, launches []model.Launch) ([]result, error) {
	results := make([]result, len(launches))
	tasks := make([]func(context.Context) error, len(launches))
	for i := range launches {
		tasks[i] = func(ctx context.Context) (err error) {
			results[i], err = a.drive(ctx, launches[i])
			return err
		}
	}
	err := a.Parallel(ctx, tasks...)
	return slices.DeleteFunc(results, func(r result) bool { return r.launch.ID == "" }), err
}

// drive takes a frozen launch from wherever it stands to its end. After an error the launch stays open and a later
// decision drives it on.
func (a *Applier) drive(ctx context.Context, launch model.Launch) (result, error) {
	claims, err := a.ensureClaims(ctx, launch)
	if err != nil {
		return result{}, fmt.Errorf("launch %s: %w", launch.ID, err)
	}
	asked := a.Now()
	answer, err := a.answer(ctx, launch)
	if err != nil {
		return result{}, fmt.Errorf("launch %s: %w", launch.ID, err)
	}
	if marks := a.marks(answer.Errors); len(marks) > 0 {
		if err := a.Ledger.Mark(ctx, a.Cluster.Key, a.Lane, marks); err != nil {
			return result{}, fmt.Errorf("launch %s: mark %d offerings: %w", launch.ID, len(marks), err)
		}
	}
	r, err := a.pair(ctx, launch, claims, answer)
	if err != nil {
		return result{}, fmt.Errorf("launch %s: %w", launch.ID, err)
	}
	if err := a.Ledger.Close(ctx, a.Cluster.Key, a.Lane, launch.ID); err != nil {
		return result{}, fmt.Errorf("launch %s: close: %w", launch.ID, err)
	}
	r.asked = asked
	return r, nil
}

// answer is what EC2 says to the launch: the stored answer if there is one, else CreateFleet's, or for a launch
// that is too old to be sent again, what its tag finds.
func (a *Applier) answer(ctx context.Context, launch model.Launch) (model.FleetAnswer, error) {
	if launch.Answer != nil {
		return *launch.Answer, nil
	}
	var answer model.FleetAnswer
	var err error
	if a.Now().Sub(launch.CreatedAt) < model.ResendBefore {
		answer, err = a.create(ctx, launch)
	} else {
		answer, err = a.lookUp(ctx, launch.ID)
	}
	if err != nil {
		return model.FleetAnswer{}, err
	}
	slices.SortFunc(answer.Instances, func(x, y model.Instance) int { return strings.Compare(x.ID, y.ID) })
	answer, err = a.Ledger.Answer(ctx, a.Cluster.Key, launch.ID, answer)
	if err != nil {
		return model.FleetAnswer{}, fmt.Errorf("store the answer: %w", err)
	}
	return answer, nil
}

// create sends the frozen request. What can never succeed is an answer without instances, so that the launch ends
// and its claims are tried otherwise; what may succeed later is an error, and the launch stays open.
func (a *Applier) create(ctx context.Context, launch model.Launch) (model.FleetAnswer, error) {
	answer, err := a.Fleets.Create(ctx, launch.Request)
	if err == nil {
		return answer, nil
	}
	var e *model.Error
	if !errors.As(err, &e) || e.Kind == model.NoAnswer || e.Kind == model.Throttled {
		return model.FleetAnswer{}, err
	}
	return model.FleetAnswer{Errors: []model.FleetError{{
		Kind: e.Kind, Code: e.Code, Message: e.Error(), CapacityType: launch.Action.CapacityType,
	}}}, nil
}

func (a *Applier) lookUp(ctx context.Context, launch string) (model.FleetAnswer, error) {
	var answer model.FleetAnswer
	for page := ""; ; {
		p, err := a.Fleets.ByLaunch(ctx, launch, page)
		if err != nil {
			return model.FleetAnswer{}, fmt.Errorf("look up by tag: %w", err)
		}
		answer.Instances = append(answer.Instances, p.Items...)
		if page = p.Next; page == "" {
			return answer, nil
		}
	}
}
