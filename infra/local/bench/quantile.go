package main

import (
	"cmp"
	"math"
	"slices"
)

// quantile is the smallest value that at least the share q of all values does not exceed, and zero of none. With 50
// values the 0.99 quantile is thus the largest.
func quantile[T cmp.Ordered](values []T, q float64) T {
	var none T
	if len(values) == 0 {
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
