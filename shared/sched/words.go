package sched

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// named names the first pods of a list and counts the others.
func named(pods []*model.Pod) string {
	const shown = 2
	var names []string
	for _, p := range pods[:min(len(pods), shown)] {
		names = append(names, p.PodRef.String())
	}
	s := strings.Join(names, ", ")
	if len(pods) > shown {
		s += fmt.Sprintf(" and %d more", len(pods)-shown)
	}
	return s
}

// needs writes what pods ask for together, as what they do.
func needs(pods int, r model.Resources) string {
	verb := "need "
	if pods == 1 {
		verb = "needs "
	}
	var parts []string
	for _, name := range r.Names() {
		if name != model.PodCount {
			parts = append(parts, name+" "+amount(name, r.Get(name)))
		}
	}
	if len(parts) == 0 {
		return verb + "a place"
	}
	return verb + strings.Join(parts, ", ")
}

// amount writes an amount of a resource as people do: 1.5 for 1500 millicores, 12.3Gi for bytes.
func amount(resource string, n int64) string {
	switch {
	case n == 0:
		return "0"
	case resource == model.CPU:
		return decimal(n, 1000)
	case resource == model.Memory || resource == model.EphemeralStorage:
		if n >= gibibyte {
			return decimal(n/mebibyte*1000/1024, 1000) + "Gi"
		}
		return decimal(n/1024*1000/1024, 1000) + "Mi"
	}
	return strconv.FormatInt(n, 10)
}

// decimal writes n/unit with at most three digits behind the point. unit is 1000.
func decimal(n, unit int64) string {
	s := fmt.Sprintf("%d.%03d", n/unit, n%unit)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// taintWords writes a taint as kubectl does.
func taintWords(t model.Taint) string {
	if t.Value == "" {
		return t.Key + ":" + t.Effect
	}
	return t.Key + "=" + t.Value + ":" + t.Effect
}

// joined lists words without doubles, sorted.
func joined(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ", ")
}
