package main

import "testing"

func TestQuantile(t *testing.T) {
	fifty := make([]int, 50)
	for i := range fifty {
		fifty[i] = 50 - i // unsorted on purpose
	}
	tests := map[string]struct {
		values []int
		q      float64
		want   int
	}{
		"none":                  {nil, 0.5, 0},
		"one":                   {[]int{7}, 0.99, 7},
		"median of an even set": {[]int{4, 1, 3, 2}, 0.5, 2},
		"median of an odd set":  {[]int{9, 1, 5}, 0.5, 5},
		"p99 of 50 is the last": {fifty, 0.99, 50},
		"p50 of 50":             {fifty, 0.5, 25},
		"zero is the first":     {fifty, 0, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := quantile(tt.values, tt.q); got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
	if fifty[0] != 50 {
		t.Error("the values were sorted in place")
	}
}
