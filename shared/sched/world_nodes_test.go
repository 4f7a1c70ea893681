package sched_test

import (
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

func (w *world) instanceType(name string) model.InstanceType {
	i := slices.IndexFunc(w.snapshot.Catalog.Types, func(t model.InstanceType) bool { return t.Name == name })
	if i < 0 {
		w.t.Fatalf("no type %q", name)
	}
	return w.snapshot.Catalog.Types[i]
}

// allocatable is near enough to what the type's nodes have.
func allocatable(c model.Resources) model.Resources {
	return c.Minus(model.Resources{CPU: 100, Memory: 700 << 20})
}

func (w *world) node(args []string) {
	o := w.options(args[1:])
	typ := w.instanceType(o.one("type", "m7g.large"))
	n := model.Node{
		Name: args[0], UID: "node-" + args[0], Labels: pairs(o["label"]), Taints: taints(o["taint"]),
		Capacity: typ.Capacity, Allocatable: allocatable(typ.Capacity), Unschedulable: o.has("cordoned"),
	}
	if o.has("small") {
		n.Allocatable.CPU /= 4
	}
	if n.Labels == nil {
		n.Labels = map[string]string{}
	}
	for k, v := range typ.Labels {
		n.Labels[k] = v
	}
	if o.has("daemons") {
		n.Daemons = strings.Split(o.one("daemons", ""), ",")
	}
	if cpu, mem, ok := strings.Cut(o.one("used", ""), "/"); ok {
		n.Used = model.Resources{CPU: quantity(w.t, model.CPU, cpu), Memory: quantity(w.t, model.Memory, mem), Pods: 1}
	}
	if o.has("claim") {
		w.join(&n, o.one("claim", ""))
	}
	w.snapshot.Nodes = append(w.snapshot.Nodes, n)
}

// join makes node and claim one. As long as the claim is not Initialized, it carries what is used.
func (w *world) join(n *model.Node, claim string) {
	i := slices.IndexFunc(w.snapshot.Claims, func(c model.NodeClaim) bool { return c.Name == claim })
	if i < 0 {
		w.t.Fatalf("no claim %q", claim)
	}
	c := &w.snapshot.Claims[i]
	n.ProviderID, n.OwnerClaim, c.NodeName = c.ProviderID, c.Name, n.Name
	for k, v := range c.Labels {
		n.Labels[k] = v
	}
	if !c.Initialized() {
		c.Used, c.Daemons = n.Used, n.Daemons
	}
}

func (w *world) claim(args []string) {
	o := w.options(args[1:])
	types := strings.Split(o.one("type", "m7g.large"), ",")
	ct, zone := o.one("ct", model.OnDemand), o.one("zone", "us-east-1a")
	c := model.NodeClaim{
		Name: args[0], UID: "uid-" + args[0], ResourceVersion: "1", CreatedAt: w.now,
		Labels:      map[string]string{model.LabelNodePool: o.one("pool", "general"), model.LabelCapacityType: ct, model.LabelNodeClass: "default"},
		Annotations: map[string]string{model.AnnotationLaunch: o.one("waiting", "l-1x0")},
		Class:       model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		Requirements: []model.Requirement{
			{Key: model.LabelInstanceType, Operator: model.In, Values: types},
			{Key: model.LabelCapacityType, Operator: model.In, Values: []string{ct}},
			{Key: model.LabelZone, Operator: model.In, Values: []string{zone}},
		},
		StartupTaints: taints(o["startup"]), Taints: taints(o["taint"]),
	}
	w.fromPool(&c)
	if !o.has("foreign") {
		c.Annotations[model.AnnotationCluster] = w.snapshot.Cluster.Owner()
	}
	if o.has("pods") {
		for _, p := range strings.Split(o.one("pods", ""), ",") {
			c.Pods = append(c.Pods, ref(p))
		}
	}
	if o.has("deleting") {
		c.DeletedAt = w.now
	}
	if !o.has("waiting") {
		w.launch(&c, types[0], zone, o.one("initialized", ""))
	}
	w.snapshot.Claims = append(w.snapshot.Claims, c)
}

// fromPool gives the claim what its pool, if it is there, gives to all of its claims.
func (w *world) fromPool(c *model.NodeClaim) {
	i := slices.IndexFunc(w.snapshot.Pools, func(p model.NodePool) bool { return p.Name == c.Pool() })
	if i < 0 {
		return
	}
	pool := w.snapshot.Pools[i]
	c.Taints = append(c.Taints, pool.Taints...)
	for k, v := range pool.Labels {
		c.Labels[k] = v
	}
	for _, r := range pool.Requirements {
		if r.Key == "team" && r.Operator == model.In {
			c.Labels["team"] = r.Values[0]
		}
	}
}

func (w *world) launch(c *model.NodeClaim, typ, zone, initialized string) {
	t := w.instanceType(typ)
	for k, v := range t.Labels {
		c.Labels[k] = v
	}
	c.Labels[model.LabelZone] = zone
	c.ProviderID = model.ProviderID(zone, "i-"+c.Name)
	c.Capacity, c.Allocatable = t.Capacity, allocatable(t.Capacity)
	c.Conditions = c.Conditions.With(model.Condition{Type: model.Launched, Status: model.True, LastTransitionTime: w.now})
	if initialized == "" {
		return
	}
	ago, err := time.ParseDuration(initialized)
	if err != nil {
		w.t.Fatal(err)
	}
	c.Conditions = c.Conditions.With(model.Condition{Type: model.Initialized, Status: model.True, LastTransitionTime: w.now.Add(-ago)})
}

func (w *world) unavailable(args []string) {
	o := w.options(args)
	w.snapshot.Lane.Unavailable = append(w.snapshot.Lane.Unavailable, model.Unavailable{
		Type: o.one("type", ""), Zone: o.one("zone", ""), CapacityType: o.one("ct", ""), Subnet: o.one("subnet", ""),
		Until: w.now.Add(3 * time.Minute), Reason: "InsufficientInstanceCapacity",
	})
}

func (w *world) breaker(args []string) {
	w.snapshot.Lane.Breakers = append(w.snapshot.Lane.Breakers, model.Breaker{Owner: args[0], Until: w.now.Add(5 * time.Minute), Reason: "its pods do not bind"})
}

func (w *world) lane(args []string) {
	o := w.options(args)
	if o.has("open") {
		w.snapshot.Lane.OpenLaunches = strings.Split(o.one("open", ""), ",")
	}
	if o.has("count") {
		w.snapshot.Lane.LaunchMinute, w.snapshot.Lane.LaunchCount = w.now.Truncate(time.Minute), number(w.t, o.one("count", ""))
	}
}

func (w *world) set(args []string) {
	o := w.options(args)
	w.settings.LaunchesPerMinute = number(w.t, o.one("launches", "0"))
	w.settings.MaxPrice = number(w.t, o.one("price", "0"))
}
