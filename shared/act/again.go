package act

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// again is the next launch for the claims that came out of r empty, on the offerings that were not refused; ok is
// false when nobody is left, or nothing was refused or remains, so that asking again would be the same question.
func again(r result) (next model.LaunchAction, ok bool) {
	if len(r.unfilled) == 0 {
		return next, false
	}
	next = r.launch.Action
	next.Overrides = slices.DeleteFunc(slices.Clone(next.Overrides), func(o model.FleetOverride) bool {
		return refuses(r.answer.Errors, o, next.CapacityType)
	})
	if len(next.Overrides) == 0 || len(next.Overrides) == len(r.launch.Action.Overrides) {
		return next, false
	}
	next.Attempt++
	next.ID = attemptID(next.ID, next.Attempt)
	next.Claims = r.unfilled
	return next, true
}

// attemptID names the n-th attempt of a launch: the first attempt's name with the number behind it.
func attemptID(id string, n int) string {
	base, _, _ := strings.Cut(id, "-a")
	return base + "-a" + strconv.Itoa(n)
}

func refuses(errors []model.FleetError, o model.FleetOverride, capacityType string) bool {
	for _, e := range errors {
		switch e.Kind {
		case model.NoCapacity:
			if (e.Type == "" || e.Type == o.Type) && (e.Zone == "" || e.Zone == o.Zone) && (e.CapacityType == "" || e.CapacityType == capacityType) {
				return true
			}
		case model.QuotaExceeded:
			if e.CapacityType == "" || e.CapacityType == capacityType {
				return true
			}
		case model.NoAddresses:
			if e.Subnet == o.Subnet || e.Subnet == "" && e.Zone == o.Zone {
				return true
			}
		default:
			if e.Type != "" && e.Type == o.Type && (e.Zone == "" || e.Zone == o.Zone) {
				return true
			}
		}
	}
	return false
}

// giveUp releases the claims that no offering is left for. When it was capacity that lacked, their pods are worth
// another decision at once, which sees the marks; when the request itself failed, asking again at once would fail
// the same way, and the tick is early enough. A claim that changed since it was read is left to whoever changed it.
func (a *Applier) giveUp(ctx context.Context, r result, out *Outcome) error {
	var tasks []func(context.Context) error
	marked := len(a.marks(r.answer.Errors)) > 0
	for _, claim := range r.unfilled {
		if marked {
			out.Unfilled = append(out.Unfilled, claim.Name)
		}
		tasks = append(tasks, func(ctx context.Context) error {
			return a.release(ctx, model.ReleaseAction{Claim: claim.Name, UID: claim.UID, ResourceVersion: claim.ResourceVersion})
		})
	}
	return a.Parallel(ctx, tasks...)
}
