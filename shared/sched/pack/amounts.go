package pack

import (
	"math"

	"github.com/slipway-dev/slipway/shared/model"
)

// times is how often the room holds the requests.
func times(requests, room model.Resources) int64 {
	n := int64(math.MaxInt32)
	least := func(request, have int64) {
		if request > 0 {
			n = min(n, max(have, 0)/request)
		}
	}
	least(requests.CPU, room.CPU)
	least(requests.Memory, room.Memory)
	least(requests.EphemeralStorage, room.EphemeralStorage)
	least(requests.Pods, room.Pods)
	for _, a := range requests.Extended {
		least(a.Value, room.Get(a.Name))
	}
	return n
}

// scaled is n times the amounts.
func scaled(r model.Resources, n int64) model.Resources {
	out := model.Resources{CPU: r.CPU * n, Memory: r.Memory * n, EphemeralStorage: r.EphemeralStorage * n, Pods: r.Pods * n}
	for _, a := range r.Extended {
		out.Extended = append(out.Extended, model.Amount{Name: a.Name, Value: a.Value * n})
	}
	return out
}
