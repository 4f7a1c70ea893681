package sched_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// oracle checks a Plan against its snapshot the slow and obvious way: it builds every node that could come of the
// Plan and asks Kubernetes' rules, one pod at a time. It shares no code with what it checks.
type oracle struct {
	now      time.Time
	snapshot model.Snapshot
	plan     model.Plan
	faults   []string
}

func (o *oracle) fault(format string, args ...any) {
	o.faults = append(o.faults, fmt.Sprintf(format, args...))
}

func check(now time.Time, s model.Snapshot, plan model.Plan) []string {
	o := &oracle{now: now, snapshot: s, plan: plan}
	o.everyPodOnce()
	for _, a := range plan.Actions {
		if a.Launch != nil {
			o.launch(*a.Launch)
		}
	}
	o.nodes()
	o.limits()
	o.missed()
	return o.faults
}

func (o *oracle) everyPodOnce() {
	seen := map[string]int{}
	for _, p := range o.plan.Placements {
		seen[p.Pod.UID]++
	}
	for _, p := range o.plan.Unplaced {
		seen[p.Pod.UID]++
	}
	for _, p := range o.plan.Ignored {
		seen[p.Pod.UID]++
	}
	for _, p := range o.snapshot.Pods {
		if seen[p.UID] != 1 {
			o.fault("pod %s is in the plan %d times", p.Name, seen[p.UID])
		}
	}
}

func (o *oracle) pod(ref model.PodRef) model.Pod {
	i := slices.IndexFunc(o.snapshot.Pods, func(p model.Pod) bool { return p.UID == ref.UID })
	return o.snapshot.Pods[i]
}

func (o *oracle) placedOn(claim string) []model.Pod {
	var out []model.Pod
	for _, p := range o.plan.Placements {
		if p.On.Claim == claim {
			out = append(out, o.pod(p.Pod))
		}
	}
	return out
}

// launch builds the node of every override for every claim.
func (o *oracle) launch(l model.LaunchAction) {
	if len(l.Overrides) == 0 || len(l.Overrides) > model.MaxOverrides {
		o.fault("launch %s has %d overrides", l.ID, len(l.Overrides))
	}
	for _, claim := range l.Claims {
		i := slices.IndexFunc(o.snapshot.Pools, func(p model.NodePool) bool { return p.Name == claim.Pool() })
		for _, override := range l.Overrides {
			o.node(l, claim, o.snapshot.Pools[i], override)
		}
	}
}

func (o *oracle) node(l model.LaunchAction, claim model.NodeClaim, pool model.NodePool, override model.FleetOverride) {
	what := fmt.Sprintf("claim %s as %s in %s", claim.Name, override.Type, override.Zone)
	typ, offering := o.offering(override, l.CapacityType)
	if offering.Price == 0 {
		o.fault("%s: no such offering", what)
		return
	}
	for _, u := range o.snapshot.Lane.Unavailable {
		if u.Hides(o.now, typ.Name, offering) {
			o.fault("%s is out of stock", what)
		}
	}
	labels := nodeLabels(claim, typ, offering)
	for _, r := range slices.Concat(pool.Requirements, claim.Requirements) {
		if !holds(r, labels) {
			o.fault("%s: the node does not satisfy %v", what, r)
		}
	}
	room, daemons := o.allocatable(typ), o.daemons(labels, pool.Taints, nil)
	if name, lacks := daemons.LacksIn(room); lacks {
		o.fault("%s: daemonsets ask for more %s than there is", what, name)
	}
	o.holdsPods(what, labels, pool.Taints, room.Minus(daemons), o.placedOn(claim.Name))
}

func (o *oracle) holdsPods(what string, labels map[string]string, taints []model.Taint, room model.Resources, pods []model.Pod) {
	var sum model.Resources
	for _, p := range pods {
		if why := refuses(p, labels, taints); why != "" {
			o.fault("%s: pod %s: %s", what, p.Name, why)
		}
		sum = sum.Plus(p.Requests)
	}
	if name, lacks := sum.LacksIn(room); lacks {
		o.fault("%s: %s %d is asked of %d", what, name, sum.Get(name), room.Get(name))
	}
}

func (o *oracle) daemons(labels map[string]string, taints []model.Taint, running []string) model.Resources {
	var sum model.Resources
	for _, d := range o.snapshot.DaemonSets {
		if !slices.Contains(running, d.UID) && refuses(d.Template, labels, taints) == "" {
			sum = sum.Plus(d.Template.Requests)
		}
	}
	return sum
}

func (o *oracle) offering(override model.FleetOverride, capacityType string) (model.InstanceType, model.Offering) {
	for _, t := range o.snapshot.Catalog.Types {
		for _, x := range t.Offerings {
			if t.Name == override.Type && x.Zone == override.Zone && x.CapacityType == capacityType {
				return t, x
			}
		}
	}
	return model.InstanceType{}, model.Offering{}
}

// allocatable writes the arithmetic down once more, in floating point.
func (o *oracle) allocatable(t model.InstanceType) model.Resources {
	class := o.snapshot.Catalog.Classes[0]
	r := t.Capacity
	if class.Kubelet.MaxPods != nil {
		r.Pods = *class.Kubelet.MaxPods
	}
	cores := float64(t.Capacity.CPU) / 1000
	reserved := 60.0
	if cores > 1 {
		reserved += 10
	}
	reserved += 5 * min(2, max(0, cores-2))
	reserved += 2.5 * max(0, cores-4)
	r.CPU -= int64(math.Floor(reserved))
	r.Memory -= (255+11*r.Pods)<<20 + 100<<20
	r.EphemeralStorage = class.EphemeralStorage - 1<<30 - int64(math.Ceil(float64(class.EphemeralStorage)/10))
	return r
}

func nodeLabels(claim model.NodeClaim, t model.InstanceType, offering model.Offering) map[string]string {
	labels := maps.Clone(claim.Labels)
	maps.Copy(labels, t.Labels)
	labels[model.LabelInstanceType], labels[model.LabelZone] = t.Name, offering.Zone
	labels[model.LabelCapacityType] = offering.CapacityType
	return labels
}

// nodes checks the places that exist.
func (o *oracle) nodes() {
	used := map[string][]model.Pod{}
	for _, p := range o.plan.Placements {
		if !p.On.New {
			used[p.On.Node+p.On.Claim] = append(used[p.On.Node+p.On.Claim], o.pod(p.Pod))
		}
	}
	for _, n := range o.snapshot.Nodes {
		if pods := used[n.Name]; len(pods) > 0 {
			room := n.Allocatable.Minus(n.Used).Minus(o.daemons(n.Labels, n.Taints, n.Daemons))
			o.holdsPods("node "+n.Name, n.Labels, n.Taints, room, pods)
		}
	}
	for _, c := range o.snapshot.Claims {
		pods := used[c.Name]
		if len(pods) == 0 || !c.Launched() {
			continue
		}
		if c.Deleting() {
			o.fault("claim %s is being deleted and gets pods", c.Name)
		}
		room := c.Allocatable.Minus(c.Used).Minus(o.daemons(c.Labels, c.Taints, c.Daemons))
		o.holdsPods("claim "+c.Name, c.Labels, c.Taints, room, pods)
	}
}
