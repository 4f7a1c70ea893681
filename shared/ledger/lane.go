package ledger

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// Attributes of a lane. Marks and breakers are an attribute each, so that one can be set or removed without reading
// the others, and two writers of different marks never meet.
const (
	attrEpoch        = "epoch"
	attrCompleted    = "completed" // nanoseconds
	attrLaunchMinute = "launchMinute"
	attrLaunchCount  = "launchCount"
	attrOpenLaunches = "openLaunches" // a set of ids

	prefixMark    = "mark "
	prefixBreaker = "breaker "
)

func laneKey(cluster, lane string) item { return key("cluster#"+cluster, "lane#"+lane) }

// markName is the attribute of a mark: one for each thing that can be marked, so that marking again replaces.
func markName(m model.Unavailable) string {
	return prefixMark + strings.Join([]string{m.Type, m.Zone, m.CapacityType, m.Subnet}, "/")
}

func breakerName(b model.Breaker) string { return prefixBreaker + b.Owner }

// laneOf decodes a lane's item; what has run out by now goes into Lapsed.
func laneOf(i item, cluster, name string, now time.Time) (model.Lane, error) {
	lane := model.Lane{
		Cluster:      cluster,
		Name:         name,
		Epoch:        numberOf(i, attrEpoch),
		Completed:    instantOf(i, attrCompleted),
		LaunchMinute: instantOf(i, attrLaunchMinute),
		LaunchCount:  numberOf(i, attrLaunchCount),
	}
	if open, ok := i[attrOpenLaunches].(*types.AttributeValueMemberSS); ok {
		lane.OpenLaunches = slices.Sorted(slices.Values(open.Value))
	}
	var bad error
	for attribute := range i {
		switch {
		case strings.HasPrefix(attribute, prefixMark):
			bad = errors.Join(bad, addMark(&lane, textOf(i, attribute), now))
		case strings.HasPrefix(attribute, prefixBreaker):
			bad = errors.Join(bad, addBreaker(&lane, textOf(i, attribute), now))
		}
	}
	sortLane(&lane)
	return lane, bad
}

func addMark(lane *model.Lane, body string, now time.Time) error {
	var m model.Unavailable
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return fmt.Errorf("mark %q: %w", body, err)
	}
	if now.Before(m.Until) {
		lane.Unavailable = append(lane.Unavailable, m)
	} else {
		lane.Lapsed.Unavailable = append(lane.Lapsed.Unavailable, m)
	}
	return nil
}

func addBreaker(lane *model.Lane, body string, now time.Time) error {
	var b model.Breaker
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return fmt.Errorf("breaker %q: %w", body, err)
	}
	if now.Before(b.Until) {
		lane.Breakers = append(lane.Breakers, b)
	} else {
		lane.Lapsed.Breakers = append(lane.Lapsed.Breakers, b)
	}
	return nil
}

func sortLane(lane *model.Lane) {
	byMark := func(a, b model.Unavailable) int { return cmp.Compare(markName(a), markName(b)) }
	byOwner := func(a, b model.Breaker) int { return cmp.Compare(a.Owner, b.Owner) }
	slices.SortFunc(lane.Unavailable, byMark)
	slices.SortFunc(lane.Lapsed.Unavailable, byMark)
	slices.SortFunc(lane.Breakers, byOwner)
	slices.SortFunc(lane.Lapsed.Breakers, byOwner)
}
