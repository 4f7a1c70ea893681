package pack

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// Variety asks that among the types which hold a load there are so many distinct values of something.
type Variety struct {
	Least int
	Value []int32 // by bin; negative is none
}

// enough reports whether the types that hold the load are varied enough.
func (p Problem) enough(load Load) bool {
	for _, v := range p.Variety {
		if !p.has(v, load) {
			return false
		}
	}
	return true
}

func (p Problem) has(v Variety, load Load) bool {
	seen := map[int32]bool{}
	for b, value := range v.Value {
		if len(seen) >= v.Least {
			return true
		}
		if value >= 0 && !seen[value] && p.holds(b, load) != 0 {
			seen[value] = true
		}
	}
	return len(seen) >= v.Least
}

// bestVaried is Best where the best load of all leaves too little variety: the best of the loads that are cut until
// they leave enough. Cutting makes a load no better value, so the search goes from the best uncut load on and ends
// when the next one, uncut, is no better than what was found.
func (p Problem) bestVaried(least []model.Resources) (best Load, ok bool) {
	for _, uncut := range p.ranked(least) {
		if ok && !uncut.betterThan(best) {
			break
		}
		if load := p.cut(uncut); load.Counts[0] > 0 && (!ok || load.betterThan(best)) {
			best, ok = load, true
		}
	}
	return best, ok
}

// ranked fills all types and sorts the loads by value.
func (p Problem) ranked(least []model.Resources) []Load {
	var loads []Load
	for b := range p.Bins {
		if load := p.fill(b, least, make([]int64, len(p.Items))); load.Work > 0 {
			loads = append(loads, load)
		}
	}
	slices.SortStableFunc(loads, func(a, b Load) int {
		switch {
		case a.betterThan(b):
			return -1
		case b.betterThan(a):
			return 1
		}
		return 0
	})
	return loads
}

// cut takes of each item of the load, in order, as many pods as leave enough variety.
func (p Problem) cut(full Load) Load {
	load := Load{Bin: full.Bin, Counts: make([]int64, len(full.Counts))}
	offers := p.Bins[full.Bin].Offers
	for i, n := range full.Counts {
		if n == 0 {
			continue
		}
		sum := load.Sum
		n = most(n, func(n int64) bool {
			load.Counts[i], load.Sum = n, sum.Plus(scaled(p.Items[i].Requests, n))
			return p.enough(load)
		})
		load.Counts[i], load.Sum = n, sum.Plus(scaled(p.Items[i].Requests, n))
		if n > 0 {
			load.Keys = load.Keys.And(p.Items[i].Keys)
			load.Work += n * p.Items[i].Work
			offers &= p.Items[i].Offers[p.Bins[full.Bin].Type]
		}
	}
	load.Price = cheapest(p.Bins[full.Bin].Prices, offers)
	return load
}

// most is the largest number up to n that will do, if all smaller ones do too; 0 is not asked.
func most(n int64, do func(int64) bool) int64 {
	if do(n) {
		return n
	}
	low, high := int64(0), n-1
	for low < high {
		middle := (low + high + 1) / 2
		if do(middle) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}
