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

// answer is what EC2 says to the launch: the stored answer if there is one, else CreateFleet's, or for a launch
// that is too old to be sent again, what its tag finds. Whatever is stored first is the answer, for everybody; strays
// are instances of the launch that it does not name.
func (a *Applier) answer(ctx context.Context, launch model.Launch) (answer model.FleetAnswer, strays []model.Instance, err error) {
	if launch.Answer != nil {
		found, err := a.lookUp(ctx, launch.ID)
		return tagged(*launch.Answer, found), unnamed(*launch.Answer, found.Instances), err
	}
	if a.Now().Sub(launch.CreatedAt) < model.ResendBefore {
		answer, err = a.create(ctx, launch)
	} else {
		answer, err = a.lookUp(ctx, launch.ID)
	}
	if err != nil {
		return model.FleetAnswer{}, nil, err
	}
	slices.SortFunc(answer.Instances, func(x, y model.Instance) int { return strings.Compare(x.ID, y.ID) })
	stored, err := a.Ledger.Answer(ctx, a.Cluster.Key, launch.ID, answer)
	if err != nil {
		return model.FleetAnswer{}, nil, fmt.Errorf("store the answer: %w", err)
	}
	return stored, unnamed(stored, answer.Instances), nil
}

// resendAfter is how much of the invocation's time must be left for a request to be sent a second time.
const resendAfter = 8 * time.Second

// create sends the frozen request, and after a lost answer once more: under its token nothing happens twice, and a
// later decision would do the same a minute later. What can never succeed is an answer without instances, so that the
// launch ends and its claims are tried otherwise; what may succeed later is an error, and the launch stays open.
func (a *Applier) create(ctx context.Context, launch model.Launch) (model.FleetAnswer, error) {
	answer, err := a.Fleets.Create(ctx, launch.Request)
	if deadline, limited := ctx.Deadline(); model.IsKind(err, model.NoAnswer) && (!limited || deadline.Sub(a.Now()) > resendAfter) {
		answer, err = a.Fleets.Create(ctx, launch.Request)
	}
	if err == nil {
		return answer, nil
	}
	var e *model.Error
	if !errors.As(err, &e) || e.Kind == model.NoAnswer || e.Kind == model.Throttled {
		return model.FleetAnswer{}, err
	}
	return model.FleetAnswer{Errors: refusalOfAll(launch, e)}, nil
}

// refusalOfAll is a refusal of the request as a whole, told of what it asked for: an error that names no offering
// would otherwise speak of all that there are.
func refusalOfAll(launch model.Launch, e *model.Error) []model.FleetError {
	whole := model.FleetError{Kind: e.Kind, Code: e.Code, Message: e.Error(), CapacityType: launch.Action.CapacityType}
	if e.Kind != model.NoCapacity && e.Kind != model.NoAddresses {
		return []model.FleetError{whole}
	}
	var out []model.FleetError
	for _, o := range launch.Action.Overrides {
		each := whole
		each.Type, each.Zone, each.Subnet = o.Type, o.Zone, o.Subnet
		out = append(out, each)
	}
	return out
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

// tagged is the stored answer with the tags that its instances have by now: whoever stored it may have paired some.
func tagged(answer, found model.FleetAnswer) model.FleetAnswer {
	tags := map[string]map[string]string{}
	for _, i := range found.Instances {
		tags[i.ID] = i.Tags
	}
	answer.Instances = slices.Clone(answer.Instances)
	for i := range answer.Instances {
		answer.Instances[i].Tags = tags[answer.Instances[i].ID]
	}
	return answer
}

// unnamed are those of the instances that are not in the answer.
func unnamed(answer model.FleetAnswer, instances []model.Instance) []model.Instance {
	return slices.DeleteFunc(slices.Clone(instances), func(i model.Instance) bool {
		return slices.ContainsFunc(answer.Instances, func(named model.Instance) bool { return named.ID == i.ID })
	})
}
