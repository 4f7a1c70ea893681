package sched_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// apply carries a Plan out on a copy of the snapshot, as shared/act would if EC2 gave everything: every claim is
// launched on its cheapest override, pods are remembered, claims are released, breakers are open.
func apply(s model.Snapshot, plan model.Plan, now time.Time) model.Snapshot {
	s.Claims = slices.Clone(s.Claims)
	for _, a := range plan.Actions {
		switch {
		case a.Launch != nil:
			for _, c := range a.Launch.Claims {
				s.Claims = putClaim(s.Claims, launched(*a.Launch, c, now))
			}
			count(&s.Lane, now, int64(len(a.Launch.Claims)))
		case a.Release != nil:
			s.Claims = slices.DeleteFunc(s.Claims, func(c model.NodeClaim) bool { return c.UID == a.Release.UID })
		case a.Break != nil:
			s.Lane.Breakers = append(slices.Clone(s.Lane.Breakers), *a.Break)
		}
	}
	for _, a := range plan.Actions {
		if a.Remember != nil {
			i := slices.IndexFunc(s.Claims, func(c model.NodeClaim) bool { return c.Name == a.Remember.Claim })
			s.Claims[i].Pods = a.Remember.Pods
		}
	}
	s.Lane.Epoch++
	slices.SortFunc(s.Claims, func(a, b model.NodeClaim) int { return strings.Compare(a.Name, b.Name) })
	return s
}

func putClaim(claims []model.NodeClaim, c model.NodeClaim) []model.NodeClaim {
	i := slices.IndexFunc(claims, func(x model.NodeClaim) bool { return x.Name == c.Name })
	if i < 0 {
		return append(claims, c)
	}
	claims[i] = c
	return claims
}

func count(lane *model.Lane, now time.Time, n int64) {
	minute := now.Truncate(time.Minute)
	if !lane.LaunchMinute.Equal(minute) {
		lane.LaunchMinute, lane.LaunchCount = minute, 0
	}
	lane.LaunchCount += n
}

func launched(l model.LaunchAction, c model.NodeClaim, now time.Time) model.NodeClaim {
	o := l.Overrides[0]
	labels, annotations := map[string]string{}, map[string]string{}
	for k, v := range c.Labels {
		labels[k] = v
	}
	for k, v := range c.Annotations {
		annotations[k] = v
	}
	for _, shape := range l.Shapes {
		if shape.Type == o.Type {
			c.Capacity, c.Allocatable = shape.Capacity, shape.Allocatable
			for k, v := range shape.Labels {
				labels[k] = v
			}
		}
	}
	labels[model.LabelInstanceType], labels[model.LabelZone] = o.Type, o.Zone
	labels[model.LabelCapacityType] = l.CapacityType
	annotations[model.AnnotationLaunch] = l.ID
	c.Labels, c.Annotations = labels, annotations
	if c.UID == "" {
		c.UID, c.ResourceVersion, c.CreatedAt = "uid-"+c.Name, "1", now
	}
	c.ProviderID = model.ProviderID(o.Zone, "i-"+c.Name)
	c.Conditions = c.Conditions.With(model.Condition{Type: model.Launched, Status: model.True, LastTransitionTime: now})
	return c
}

// settled says what a Plan would still change; empty when it only repeats why pods wait.
func settled(plan model.Plan) string {
	for _, a := range plan.Actions {
		if a.Tell == nil {
			return fmt.Sprintf("%s (%s)", a.Key, a.Reason)
		}
	}
	return ""
}
