package model

import (
	"slices"
	"strings"
	"time"
)

// WithReady returns the conditions with Ready as Karpenter's users know it, made from those that it depends on:
// True when all are True at the object's generation; False when one is False there; else Unknown. Dependents that
// are missing are added as Unknown, waiting since the object was created. Ready's transition time is that of the
// newest dependent, so that no clock is needed.
func (c Conditions) WithReady(generation int64, created time.Time, dependents ...string) Conditions {
	out := c
	var lacking []Condition
	status := True
	newest := created
	for _, kind := range dependents {
		x := out.Get(kind)
		if !out.has(kind) {
			x.Reason, x.Message = "AwaitingReconciliation", "object is awaiting reconciliation"
			x.LastTransitionTime, x.ObservedGeneration = created, generation
			out = out.With(x)
		}
		if x.LastTransitionTime.After(newest) {
			newest = x.LastTransitionTime
		}
		current := x.ObservedGeneration == generation
		if x.Status == True && current {
			continue
		}
		lacking = append(lacking, x)
		switch {
		case x.Status == False && current:
			status = False
		case status == True:
			status = Unknown
		}
	}
	return out.With(readyFrom(status, lacking, newest, generation))
}

func (c Conditions) has(kind string) bool {
	return slices.ContainsFunc(c, func(x Condition) bool { return x.Type == kind })
}

func readyFrom(status string, lacking []Condition, at time.Time, generation int64) Condition {
	ready := Condition{Type: Ready, Status: status, LastTransitionTime: at, ObservedGeneration: generation}
	switch status {
	case True:
		ready.Reason = Ready
	case False:
		ready.Reason = "UnhealthyDependents"
	default:
		ready.Reason = "ReconcilingDependents"
	}
	slices.SortStableFunc(lacking, func(a, b Condition) int {
		return b.LastTransitionTime.Compare(a.LastTransitionTime)
	})
	var words []string
	for _, x := range lacking {
		words = append(words, x.Type+"="+x.Status)
	}
	ready.Message = strings.Join(words, ", ")
	return ready
}
