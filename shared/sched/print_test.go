package sched_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// printed writes a Plan for reading: what is done, where pods go, why others go nowhere.
func printed(plan model.Plan) string {
	var b strings.Builder
	fmt.Fprintln(&b, plan.Reason)
	for _, a := range plan.Actions {
		b.WriteString(printedAction(a))
	}
	for on, pods := range byTarget(plan.Placements) {
		fmt.Fprintf(&b, "%s: %s\n", on, pods)
	}
	for _, u := range plan.Unplaced {
		fmt.Fprintf(&b, "no place for %s\n", u.Pod.Name)
		if u.Reason != "" {
			fmt.Fprintf(&b, "  %s\n", u.Reason)
		}
		for _, r := range u.Pools {
			fmt.Fprintf(&b, "  %s: %s\n", r.Pool, r.Reason)
		}
	}
	for _, i := range plan.Ignored {
		fmt.Fprintf(&b, "not ours: %s: %s\n", i.Pod.Name, i.Reason)
	}
	for _, c := range plan.CapsHit {
		fmt.Fprintf(&b, "cap: %s\n", c)
	}
	return b.String()
}

func printedAction(a model.Action) string {
	switch {
	case a.Launch != nil:
		return printedLaunch(a)
	case a.Remember != nil:
		at := "at any version"
		if a.Remember.ResourceVersion != "" {
			at = "at version " + a.Remember.ResourceVersion
		}
		return fmt.Sprintf("remember on %s, %s: %s\n", a.Remember.Claim, at, podNames(a.Remember.Pods))
	case a.Release != nil:
		return "release: " + a.Reason + "\n"
	case a.Break != nil:
		return fmt.Sprintf("break %s until %s: %s\n", a.Break.Owner, a.Break.Until.Format("15:04"), a.Break.Reason)
	case a.Tell.Warning && a.Tell.Reason != "FailedScheduling": // those are printed as no place
		return fmt.Sprintf("warn %s: %s: %s\n", a.Tell.On.Name, a.Tell.Reason, a.Tell.Message)
	}
	return ""
}

func printedLaunch(a model.Action) string {
	l := a.Launch
	var b strings.Builder
	fmt.Fprintf(&b, "launch %s, attempt %d, template %s: %s\n", l.CapacityType, l.Attempt, l.Template.ID, a.Reason)
	for _, c := range l.Claims {
		fmt.Fprintf(&b, "  %s for %s\n", c.Name, podNames(c.Pods))
	}
	c := l.Claims[0]
	fmt.Fprintf(&b, "  requests %s\n", resources(c.Requests))
	for _, r := range c.Requirements {
		fmt.Fprintf(&b, "  %s %s %s%s\n", r.Key, r.Operator, strings.Join(r.Values, " "), minValues(r))
	}
	b.WriteString(custom(c))
	return b.String()
}

func minValues(r model.Requirement) string {
	if r.MinValues == 0 {
		return ""
	}
	return fmt.Sprintf(" (min %d)", r.MinValues)
}

// custom prints the labels and taints that are the pool's.
func custom(c model.NodeClaim) string {
	var words []string
	for k, v := range c.Labels {
		if !strings.Contains(k, "/") {
			words = append(words, "label "+k+"="+v)
		}
	}
	for _, t := range c.Taints {
		words = append(words, "taint "+t.Key+"="+t.Value+":"+t.Effect)
	}
	if len(words) == 0 {
		return ""
	}
	slices.Sort(words)
	return "  " + strings.Join(words, ", ") + "\n"
}

func resources(r model.Resources) string {
	var words []string
	for _, n := range r.Names() {
		v := fmt.Sprint(r.Get(n))
		if n == model.Memory || n == model.EphemeralStorage {
			v = fmt.Sprint(r.Get(n)>>20, "Mi")
		}
		words = append(words, n+" "+v)
	}
	return strings.Join(words, ", ")
}

func podNames(refs []model.PodRef) string {
	var out []string
	for _, r := range refs {
		out = append(out, r.Name)
	}
	if len(out) > 6 {
		out = append(out[:6], fmt.Sprintf("and %d more", len(out)-6))
	}
	return strings.Join(out, " ")
}

// byTarget yields the placements on what exists, place by place; those on new claims stand with their launch.
func byTarget(placements []model.Placement) func(yield func(string, string) bool) {
	pods := map[string][]model.PodRef{}
	var order []string
	for _, p := range placements {
		if p.On.New {
			continue
		}
		on := "on " + p.On.Node + p.On.Claim + ", " + p.Why
		if pods[on] == nil {
			order = append(order, on)
		}
		pods[on] = append(pods[on], p.Pod)
	}
	slices.Sort(order)
	return func(yield func(string, string) bool) {
		for _, on := range order {
			if !yield(on, podNames(pods[on])) {
				return
			}
		}
	}
}
