package sched_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
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

// refuses says why Kubernetes' scheduler would not put the pod on a node with those labels and taints.
func refuses(p model.Pod, labels map[string]string, taints []model.Taint) string {
	for k, v := range p.NodeSelector {
		if labels[k] != v {
			return fmt.Sprintf("selects %s=%s, the node has %q", k, v, labels[k])
		}
	}
	if p.NodeAffinity != nil && !slices.ContainsFunc(p.NodeAffinity, func(term []model.Requirement) bool { return termHolds(term, labels) }) {
		return "no term of its affinity holds"
	}
	for _, t := range taints {
		if t.Effect != model.PreferNoSchedule && !slices.ContainsFunc(p.Tolerations, func(x model.Toleration) bool { return x.Tolerates(t) }) {
			return "does not tolerate " + t.Key
		}
	}
	return ""
}

func termHolds(term []model.Requirement, labels map[string]string) bool {
	for _, r := range term {
		if !holds(r, labels) {
			return false
		}
	}
	return len(term) > 0
}

func holds(r model.Requirement, labels map[string]string) bool {
	v, present := labels[r.Key]
	switch r.Operator {
	case model.In:
		return present && slices.Contains(r.Values, v)
	case model.NotIn:
		return !slices.Contains(r.Values, v)
	case model.Exists:
		return present
	case model.DoesNotExist:
		return !present
	}
	n, err := strconv.Atoi(v)
	bound, err2 := strconv.Atoi(r.Values[0])
	if err != nil || err2 != nil {
		return false
	}
	return map[model.Operator]bool{model.Gt: n > bound, model.Lt: n < bound, model.Gte: n >= bound, model.Lte: n <= bound}[r.Operator]
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
