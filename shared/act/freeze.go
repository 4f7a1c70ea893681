package act

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// maxFreeze is how many launches are frozen in one call: one transaction of the ledger holds 99, and 4 MB.
const maxFreeze = 50

// freeze makes launches of the actions and stores them. From here on they happen, whoever lives to see it.
func (a *Applier) freeze(ctx context.Context, actions []model.LaunchAction, lane *model.Lane) ([]model.Launch, error) {
	now := a.Now()
	launches := make([]model.Launch, 0, len(actions))
	claims := 0
	for _, action := range actions {
		l, err := a.newLaunch(action, lane.Epoch, now)
		if err != nil {
			return nil, err
		}
		launches = append(launches, l)
		claims += len(action.Claims)
	}
	lane.LaunchMinute, lane.LaunchCount = countLaunches(*lane, now, claims)
	for part := range slices.Chunk(launches, maxFreeze) {
		err := a.Ledger.Freeze(ctx, a.Lane, part, lane.LaunchMinute, lane.LaunchCount)
		if model.IsKind(err, model.Conflict) {
			err = ErrLaneLost
		}
		if err != nil {
			return nil, fmt.Errorf("freeze %d launches: %w", len(part), err)
		}
	}
	return launches, nil
}

// countLaunches is the lane's count for the cap on launches after n more.
func countLaunches(lane model.Lane, now time.Time, n int) (time.Time, int64) {
	minute := now.Truncate(time.Minute)
	if lane.LaunchMinute.Equal(minute) {
		return minute, lane.LaunchCount + int64(n)
	}
	return minute, int64(n)
}

func (a *Applier) newLaunch(action model.LaunchAction, epoch int64, now time.Time) (model.Launch, error) {
	if len(action.Claims) == 0 || len(action.Overrides) == 0 {
		return model.Launch{}, errors.New("launch " + action.ID + ": no claims or no offerings")
	}
	request := model.FleetRequest{
		Token:        action.ID,
		Count:        len(action.Claims),
		CapacityType: action.CapacityType,
		Template:     action.Template,
		Overrides:    action.Overrides[:min(len(action.Overrides), model.MaxOverrides)],
		Tags:         a.tags(action),
	}
	body, err := a.Fleets.Serialize(request)
	if err != nil {
		return model.Launch{}, fmt.Errorf("launch %s: %w", action.ID, err)
	}
	return model.Launch{
		Schema:    model.LaunchSchema,
		ID:        action.ID,
		Cluster:   a.Cluster.Key,
		Epoch:     epoch,
		Attempt:   action.Attempt,
		Token:     request.Token,
		Action:    action,
		Request:   body,
		CreatedAt: now,
	}, nil
}

// tags of fleet, instances and volumes: Karpenter's, so that going back works, EKS's own, and ours, by which an
// instance is provably this cluster's and this launch's.
func (a *Applier) tags(action model.LaunchAction) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, action.Tags)
	claim := action.Claims[0]
	tags["kubernetes.io/cluster/"+a.Cluster.Name] = "owned"
	tags["eks:eks-cluster-name"] = a.Cluster.Name
	tags[model.LabelNodePool] = claim.Pool()
	tags[model.LabelNodeClass] = action.Class
	tags[model.TagCluster] = a.Cluster.Owner()
	tags[model.TagLaunch] = action.ID
	return tags
}
