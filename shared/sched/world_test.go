package sched_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched"
)

// world is the cluster of a script. Its commands, one a line:
//
//	reset                                   an empty cluster with class default, at noon
//	class NAME [zones=a,b] [maxpods=N] [notready=WORDS] [free=N]
//	pool NAME [weight=N] [class=NAME] [require=KEY:OP:VALUE,..[:MIN]].. [label=K=V].. [taint=K=V:EFFECT]..
//	     [startup=..].. [limit=RESOURCE:N].. [static] [deleting] [foreign] [notemplate]
//	pod NAME [xN] [cpu=..] [mem=..] [disk=..] [gpu=N] [select=K=V].. [require=..].. [or] [tolerate=K=V:EFFECT|all].. [owner=KIND/NAME]
//	     [age=..] [nominated=NODE] [untried] [gated] [claims] [deleting] [ended] [invalid=WORDS]
//	daemonset NAME [cpu=..] [mem=..] [select=K=V] [tolerate=..]
//	node NAME type=.. [claim=NAME] [used=CPU/MEM] [label=K=V].. [taint=..].. [cordoned] [daemons=NAME,..] [small]
//	claim NAME pool=NAME type=T,.. [ct=..] [zone=..] [waiting=LAUNCH] [initialized=AGO] [pods=NAME,..] [foreign] [deleting]
//	unavailable [type=..] [zone=..] [ct=..] [subnet=..]        for three minutes
//	breaker OWNER                           open for five minutes
//	lane [open=LAUNCH,..] [count=N]         open launches; launches in this minute
//	settings [launches=N] [price=MICRODOLLARS]
//	forget pod NAME | pool NAME | node NAME | claim NAME
//	pass DURATION                           time goes by
//	decide                                  prints the Plan
//	apply                                   carries the last Plan out
//	again                                   decides once more and prints only what would still be done
type world struct {
	t        testing.TB
	now      time.Time
	snapshot model.Snapshot
	settings model.Settings
	last     model.Plan
	bare     map[string]bool // pools without templates
}

func newWorld(t testing.TB) *world {
	w := &world{t: t}
	w.reset()
	return w
}

func (w *world) reset() {
	w.now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	w.settings, w.bare = model.Settings{}, map[string]bool{}
	w.snapshot = model.Snapshot{Cluster: model.Cluster{Name: "test", Key: "0123456789ab", UID: "kube-system"}, Catalog: smallCatalog(w.t)}
	w.snapshot.Catalog.Classes = []model.ResolvedClass{class("default", zones()...)}
}

// run runs the commands and returns what they print.
func (w *world) run(input string) string {
	var out strings.Builder
	for line := range strings.Lines(input) {
		f := strings.Fields(line)
		if len(f) > 0 && !strings.HasPrefix(f[0], "#") {
			out.WriteString(w.command(f[0], f[1:]))
		}
	}
	return out.String()
}

func (w *world) command(verb string, args []string) string {
	commands := map[string]func([]string) string{
		"decide": func([]string) string { return w.decide() },
		"again":  func([]string) string { return w.again() },
	}
	quiet := map[string]func([]string){
		"reset": func([]string) { w.reset() }, "class": w.class, "pool": w.pool, "pod": w.pod, "daemonset": w.daemonset,
		"node": w.node, "claim": w.claim, "unavailable": w.unavailable, "breaker": w.breaker, "lane": w.lane,
		"settings": w.set, "forget": w.forget, "pass": w.pass,
		"apply": func([]string) { w.snapshot = apply(w.snapshot, w.last, w.now) },
	}
	if c, ok := commands[verb]; ok {
		return c(args)
	}
	c, ok := quiet[verb]
	if !ok {
		w.t.Fatalf("unknown command %q", verb)
	}
	c(args)
	return ""
}

func (w *world) decide() string {
	addTemplates(&w.snapshot)
	for i := range w.snapshot.Catalog.Classes {
		c := &w.snapshot.Catalog.Classes[i]
		c.Templates = slices.DeleteFunc(c.Templates, func(l model.LaunchTemplate) bool { return w.bare[l.Pool] })
	}
	w.last = sched.Decide(w.now, w.snapshot, model.Evaluation{}, w.settings)
	return printed(w.last)
}

func (w *world) again() string {
	w.decide()
	if what := settled(w.last); what != "" {
		return what + "\n"
	}
	return "nothing to do\n"
}

// options reads key=value words; a key may come again.
type options map[string][]string

func (w *world) options(args []string) options {
	o := options{}
	for _, a := range args {
		k, v, _ := strings.Cut(a, "=")
		o[k] = append(o[k], v)
	}
	return o
}

func (o options) one(key, standard string) string {
	if v := o[key]; len(v) > 0 {
		return v[0]
	}
	return standard
}

func (o options) has(key string) bool { return len(o[key]) > 0 }

func (w *world) class(args []string) {
	o := w.options(args[1:])
	in := zones()
	if o.has("zones") {
		in = nil
		for _, z := range strings.Split(o.one("zones", ""), ",") {
			in = append(in, "us-east-1"+z)
		}
	}
	c := class(args[0], in...)
	c.NotReady = o.one("notready", "")
	if o.has("maxpods") {
		n := number(w.t, o.one("maxpods", ""))
		c.Kubelet.MaxPods = &n
	}
	for i := range c.Subnets {
		c.Subnets[i].Free = number(w.t, o.one("free", "250"))
	}
	classes := slices.DeleteFunc(w.snapshot.Catalog.Classes, func(x model.ResolvedClass) bool { return x.Name == c.Name })
	w.snapshot.Catalog.Classes = append(classes, c)
}

func (w *world) pool(args []string) {
	o := w.options(args[1:])
	p := model.NodePool{
		Name: args[0], UID: "pool-" + args[0],
		Weight: int32(number(w.t, o.one("weight", "0"))),
		Class:  model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: o.one("class", "default")},
		Labels: pairs(o["label"]), Requirements: w.requirements(o["require"]),
		Taints: taints(o["taint"]), StartupTaints: taints(o["startup"]),
		Static: o.has("static"), Deleting: o.has("deleting"),
	}
	if o.has("foreign") {
		p.Class = model.ClassRef{Group: "eks.amazonaws.com", Kind: "NodeClass", Name: "default"}
	}
	for _, l := range o["limit"] {
		resource, value, _ := strings.Cut(l, ":")
		p.Limits = append(p.Limits, model.Limit{Resource: resource, Value: quantity(w.t, resource, value)})
	}
	w.bare[p.Name] = o.has("notemplate")
	p.Hash = p.TemplateHash()
	w.snapshot.Pools = append(w.snapshot.Pools, p)
}

func (w *world) daemonset(args []string) {
	o := w.options(args[1:])
	w.snapshot.DaemonSets = append(w.snapshot.DaemonSets, model.DaemonSet{
		Namespace: "kube-system", Name: args[0], UID: args[0],
		Template: model.Pod{Requests: w.requests(o), NodeSelector: pairs(o["select"]), Tolerations: tolerations(o["tolerate"])},
	})
}

func (w *world) forget(args []string) {
	s := &w.snapshot
	s.Pods = slices.DeleteFunc(s.Pods, func(p model.Pod) bool { return args[0] == "pod" && p.Name == args[1] })
	s.Pools = slices.DeleteFunc(s.Pools, func(p model.NodePool) bool { return args[0] == "pool" && p.Name == args[1] })
	s.Nodes = slices.DeleteFunc(s.Nodes, func(n model.Node) bool { return args[0] == "node" && n.Name == args[1] })
	s.Claims = slices.DeleteFunc(s.Claims, func(c model.NodeClaim) bool { return args[0] == "claim" && c.Name == args[1] })
}

func (w *world) pass(args []string) {
	d, err := time.ParseDuration(args[0])
	if err != nil {
		w.t.Fatal(err)
	}
	w.now = w.now.Add(d)
}
