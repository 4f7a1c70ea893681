package provision

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// tell publishes what was decided and launched, and asks for another decision when claims found nothing to launch
// on. It comes last, since nothing of ours waits for it.
func (d *decision) tell(ctx context.Context) error {
	var out []events.Event
	if d.news && !d.lost {
		out = append(out, d.decided())
	}
	out = append(out, d.launched()...)
	if len(d.outcome.Unfilled) > 0 {
		out = append(out, events.NewCapacityNeeded(d.at(d.handler.Now()), fmt.Sprintf("claims that found no capacity: %d", len(d.outcome.Unfilled)), d.outcome.Unfilled[0]))
	}
	requests, err := events.Requests(out)
	if err != nil {
		return fmt.Errorf("tell the bus: %w", err)
	}
	for _, request := range requests {
		if err := d.handler.Bus.Put(ctx, request); err != nil {
			return fmt.Errorf("tell the bus: %w", err)
		}
	}
	return nil
}

// at is the header of something that the decision led to at the time.
func (d *decision) at(t time.Time) events.Header { return d.head.Next(d.handler.NewID(), t) }

func (d *decision) decided() events.Event {
	decided := events.PlanDecided{Epoch: d.lane.Epoch, Unplaced: len(d.plan.Unplaced), Cost: float64(d.plan.Price) / 1e6}
	for _, a := range d.plan.Actions {
		if a.Launch != nil {
			decided.Claims += len(a.Launch.Claims)
		}
		if a.Tell == nil {
			decided.Reasons = append(decided.Reasons, a.Reason)
		}
	}
	if len(decided.Reasons) == 0 {
		decided.Reasons = []string{d.plan.Reason}
	}
	return events.NewPlanDecided(d.at(d.decidedAt), decided)
}

func (d *decision) launched() []events.Event {
	var out []events.Event
	for _, l := range slices.Concat(d.resumed, d.outcome.Launches) {
		e := events.FleetLaunched{Launch: l.Launch, Attempt: l.Attempt, Claims: l.Claims, Errors: launchErrors(l.Refused)}
		for _, p := range l.Pairs {
			e.Instances = append(e.Instances, events.LaunchedInstance{
				ID: p.Instance.ID, Type: p.Instance.Type, Zone: p.Instance.Zone, CapacityType: p.Instance.CapacityType, Claim: p.Claim,
			})
		}
		out = append(out, events.NewFleetLaunched(d.at(l.At), e))
	}
	return out
}

func launchErrors(refused []model.FleetError) []events.LaunchError {
	var out []events.LaunchError
	for _, r := range refused {
		out = append(out, events.LaunchError{Code: r.Code, Type: r.Type, Zone: r.Zone, CapacityType: r.CapacityType})
	}
	return out
}

// count counts what was carried out, not what was planned.
func (d *decision) count() {
	claims := 0
	for _, l := range slices.Concat(d.resumed, d.outcome.Launches) {
		d.scope.Launch()
		if l.Attempt == 1 { // later attempts are for claims that exist
			claims += len(l.Claims)
		}
		for _, r := range l.Refused {
			d.scope.LaunchError(r.Code)
		}
	}
	d.scope.ClaimsCreated(claims)
	for _, c := range d.plan.CapsHit {
		d.scope.CapHit(c)
	}
}
