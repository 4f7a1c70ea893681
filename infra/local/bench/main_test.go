package main

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for name, tt := range map[string]struct {
		b    bench
		want string // of the error; empty for none
	}{
		"all":              {bench{rounds: 1, starts: 1, nodes: 1, pods: 1}, ""},
		"some":             {bench{rounds: 1, starts: 1, nodes: 1, pods: 1, only: "start,launch"}, ""},
		"a misspelt one":   {bench{rounds: 1, starts: 1, nodes: 1, pods: 1, only: "lunch"}, "-only lunch: there are start, memory, launch"},
		"no rounds at all": {bench{starts: 1, nodes: 1, pods: 1}, "0 times"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tt.b.check()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v", err)
			}
		})
	}
}
