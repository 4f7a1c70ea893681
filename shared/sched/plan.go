package sched

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

func (d *decision) act(a model.Action) { d.actions = append(d.actions, a) }

// plan puts the Plan together in its fixed order.
func (d *decision) plan(evaluation model.Evaluation) model.Plan {
	launches, price := d.launches()
	d.actions = append(d.actions, launches...)
	for _, b := range d.breakers {
		d.act(model.Action{Key: "break/" + contentKey(b), Reason: b.Reason, Break: &b})
	}
	slices.SortStableFunc(d.actions, func(a, b model.Action) int { return cmp.Compare(rank(a), rank(b)) })
	slices.SortFunc(d.placements, func(a, b model.Placement) int { return compareRefs(a.Pod, b.Pod) })
	slices.SortFunc(d.unplaced, func(a, b model.Unplaced) int { return compareRefs(a.Pod, b.Pod) })
	slices.SortFunc(d.ignored, func(a, b model.Ignored) int { return compareRefs(a.Pod, b.Pod) })
	return model.Plan{
		Reason:     d.summary(evaluation, price),
		Actions:    d.actions,
		Placements: d.placements,
		Unplaced:   d.unplaced,
		Ignored:    d.ignored,
		Price:      price,
		CapsHit:    d.budget.said(),
	}
}

// rank orders actions: what pods wait for first, words last.
func rank(a model.Action) int {
	switch {
	case a.Launch != nil:
		return 0
	case a.Remember != nil:
		return 1
	case a.Release != nil:
		return 2
	case a.Break != nil:
		return 3
	}
	return 4
}

// summary is the decision in one line.
func (d *decision) summary(evaluation model.Evaluation, price int64) string {
	var parts []string
	if n := len(d.bought); n > 0 {
		parts = append(parts, fmt.Sprintf("%s for %s", counted(n, "new claim", "new claims"), dollars(price)))
	}
	if n := len(d.placements); n > 0 {
		parts = append(parts, counted(n, "pod has", "pods have")+" a place")
	}
	if n := len(d.unplaced); n > 0 {
		parts = append(parts, counted(n, "pod has", "pods have")+" no place")
	}
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	s := strings.Join(parts, ", ")
	if evaluation.Trigger != "" {
		s = evaluation.Trigger + ": " + s
	}
	return s
}
