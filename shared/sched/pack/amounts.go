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

// leastOf is, for each item, the least that it or any item after it asks for of each resource that all have.
func leastOf(items []Item) []model.Resources {
	out := make([]model.Resources, len(items))
	for i := len(items) - 1; i >= 0; i-- {
		out[i] = items[i].Requests
		if i+1 < len(items) {
			out[i] = out[i].Min(out[i+1])
		}
	}
	return out
}

// scaled is n times the amounts.
func scaled(r model.Resources, n int64) model.Resources {
	out := model.Resources{CPU: r.CPU * n, Memory: r.Memory * n, EphemeralStorage: r.EphemeralStorage * n, Pods: r.Pods * n}
	for _, a := range r.Extended {
		out.Extended = append(out.Extended, model.Amount{Name: a.Name, Value: a.Value * n})
	}
	return out
}
