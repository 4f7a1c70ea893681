package act

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// How long refusals that are not about one offering's stock are believed.
const (
	quotaFor     = 5 * time.Minute // somebody must raise the quota or end instances
	addressesFor = 2 * time.Minute // addresses come back as instances end
)

// maxMarks fit into one call.
const maxMarks = 100

// mark notes in the lane what EC2 refused.
func (a *Applier) mark(ctx context.Context, refused []model.FleetError) error {
	for part := range slices.Chunk(a.marks(refused), maxMarks) {
		if err := a.Ledger.Mark(ctx, a.Cluster.Key, a.Lane, part); err != nil {
			return fmt.Errorf("mark %d offerings: %w", len(part), err)
		}
	}
	return nil
}

// marks turns what EC2 refused into marks for the lane: an offering without capacity, a quota of the capacity type,
// a subnet without addresses. Other refusals mark nothing: they are no property of an offering. Nor does one that does
// not say of what it speaks: a mark without a word hides everything.
func (a *Applier) marks(refused []model.FleetError) []model.Unavailable {
	now := a.Now()
	var marks []model.Unavailable
	for _, e := range refused {
		if e.Type == "" && e.Zone == "" && e.Subnet == "" && e.Kind != model.QuotaExceeded {
			continue
		}
		m := model.Unavailable{Reason: e.Code}
		switch e.Kind {
		case model.NoCapacity:
			m.Type, m.Zone, m.CapacityType = e.Type, e.Zone, e.CapacityType
			m.Until = now.Add(a.Cluster.Settings.WithDefaults().NoCapacityFor)
		case model.QuotaExceeded:
			m.CapacityType, m.Until = e.CapacityType, now.Add(quotaFor)
		case model.NoAddresses:
			m.Subnet, m.Zone, m.Until = e.Subnet, e.Zone, now.Add(addressesFor)
		default:
			continue
		}
		marks = append(marks, m)
	}
	slices.SortFunc(marks, func(x, y model.Unavailable) int { return strings.Compare(markKey(x), markKey(y)) })
	return slices.CompactFunc(marks, func(x, y model.Unavailable) bool { return markKey(x) == markKey(y) })
}

func markKey(m model.Unavailable) string {
	return strings.Join([]string{m.Type, m.Zone, m.CapacityType, m.Subnet}, "|")
}
