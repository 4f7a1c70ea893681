package sched_test

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// limits adds up what the pools would grow to at worst.
func (o *oracle) limits() {
	for _, pool := range o.snapshot.Pools {
		if len(pool.Limits) == 0 {
			continue
		}
		var before, grown, count int64
		for _, c := range o.snapshot.Claims {
			if c.Pool() == pool.Name && !o.released(c.Name) {
				before += o.largest(c)
				count++
			}
		}
		fresh := int64(0)
		for _, a := range o.plan.Actions {
			if a.Launch != nil && a.Launch.Claims[0].Pool() == pool.Name && a.Launch.Claims[0].UID == "" {
				most := int64(0)
				for _, s := range a.Launch.Shapes {
					most = max(most, s.Capacity.CPU)
				}
				grown += most * int64(len(a.Launch.Claims))
				fresh += int64(len(a.Launch.Claims))
			}
		}
		for _, l := range pool.Limits {
			if l.Resource == model.CPU && fresh > 0 && before+grown > l.Value {
				o.fault("pool %s may grow to cpu %d of %d", pool.Name, before+grown, l.Value)
			}
			if l.Resource == model.LimitNodes && fresh > 0 && count+fresh > l.Value {
				o.fault("pool %s grows to %d nodes of %d", pool.Name, count+fresh, l.Value)
			}
		}
	}
}

func (o *oracle) released(claim string) bool {
	return slices.ContainsFunc(o.plan.Actions, func(a model.Action) bool { return a.Release != nil && a.Release.Claim == claim })
}

func (o *oracle) largest(c model.NodeClaim) int64 {
	if c.Launched() {
		return c.Capacity.CPU
	}
	most := int64(0)
	for _, r := range c.Requirements {
		for _, t := range o.snapshot.Catalog.Types {
			if r.Key == model.LabelInstanceType && slices.Contains(r.Values, t.Name) {
				most = max(most, t.Capacity.CPU)
			}
		}
	}
	return most
}

// missed looks for pods without a place for which a node of their own could have been bought: from a pool without
// limits and minValues, when no cap was hit.
func (o *oracle) missed() {
	if len(o.plan.CapsHit) > 0 {
		return
	}
	for _, u := range o.plan.Unplaced {
		if u.Reason != "" {
			continue
		}
		p := o.pod(u.Pod)
		for _, pool := range o.snapshot.Pools {
			if len(pool.Limits) == 0 {
				o.couldHave(p, pool)
			}
		}
	}
}

func (o *oracle) couldHave(p model.Pod, pool model.NodePool) {
	teams := []string{""}
	for _, r := range pool.Requirements {
		if r.MinValues > 0 {
			return
		}
		if r.Key == "team" {
			teams = r.Values
		}
	}
	for _, t := range o.snapshot.Catalog.Types {
		for _, offering := range t.Offerings {
			for _, team := range teams {
				o.couldBe(p, pool, t, offering, team)
			}
		}
	}
}

func (o *oracle) couldBe(p model.Pod, pool model.NodePool, t model.InstanceType, offering model.Offering, team string) {
	claim := model.NodeClaim{Labels: map[string]string{model.LabelNodePool: pool.Name}}
	if team != "" {
		claim.Labels["team"] = team
	}
	labels := nodeLabels(claim, t, offering)
	hidden := slices.ContainsFunc(o.snapshot.Lane.Unavailable, func(u model.Unavailable) bool { return u.Hides(o.now, t.Name, offering) })
	subnet := slices.ContainsFunc(o.snapshot.Catalog.Classes[0].Subnets, func(s model.Subnet) bool { return s.Zone == offering.Zone })
	if hidden || !subnet || refuses(p, labels, pool.Taints) != "" {
		return
	}
	for _, r := range pool.Requirements {
		if !holds(r, labels) {
			return
		}
	}
	room, daemons := o.allocatable(t), o.daemons(labels, pool.Taints, nil)
	if daemons.FitsIn(room) && p.Requests.FitsIn(room.Minus(daemons)) {
		o.fault("pod %s has no place, but %s %s in %s of pool %s would do", p.Name, t.Name, offering.CapacityType, offering.Zone, pool.Name)
	}
}
