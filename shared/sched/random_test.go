package sched_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// randomScript is a random cluster in the language of the scripts, so that what fails can be read and kept.
func randomScript(seed uint64) string {
	g := generator{r: rand.New(rand.NewPCG(seed, 7))}
	g.line("reset")
	if g.odds(4) {
		g.line("class default zones=a,b maxpods=%d", 5+g.r.IntN(20))
	}
	for i := range 1 + g.r.IntN(3) {
		g.pool(i)
	}
	for i := range g.r.IntN(3) {
		g.line("daemonset ds-%d cpu=0.%d mem=%dMi%s%s", i, 1+g.r.IntN(3), 50+g.r.IntN(300), g.maybe(3, " tolerate=all"), g.maybe(4, " select=kubernetes.io/arch=arm64"))
	}
	for i := range g.r.IntN(5) {
		g.node(i)
	}
	for i := range g.r.IntN(8) {
		g.pods(i)
	}
	for range g.r.IntN(4) {
		g.line("unavailable type=%s%s%s", g.pick("c7g.large", "m7i.large", "m7g.xlarge", "t4g.small"), g.maybe(2, " ct=spot"), g.maybe(2, " zone=us-east-1b"))
	}
	if g.odds(5) {
		g.line("settings launches=%d price=%d", 1+g.r.IntN(5), g.r.IntN(2)*(50_000+g.r.IntN(500_000)))
	}
	if g.odds(5) {
		g.line("breaker web-%d", g.r.IntN(3))
	}
	return strings.Join(g.lines, "\n")
}

type generator struct {
	r       *rand.Rand
	lines   []string
	pending []string // pods that claims remember
}

func (g *generator) line(format string, args ...any) {
	g.lines = append(g.lines, fmt.Sprintf(format, args...))
}

// odds is true once in n times.
func (g *generator) odds(n int) bool { return g.r.IntN(n) == 0 }

func (g *generator) maybe(n int, text string) string {
	if g.odds(n) {
		return text
	}
	return ""
}

func (g *generator) pick(words ...string) string { return words[g.r.IntN(len(words))] }

func (g *generator) pool(i int) {
	g.line("pool pool-%d weight=%d%s%s%s%s%s%s%s", i, g.r.IntN(3),
		g.maybe(2, " require=karpenter.sh/capacity-type:In:"+g.pick("spot", "on-demand", "spot,on-demand")),
		g.maybe(2, " require=karpenter.k8s.aws/instance-category:In:c,m,r"),
		g.maybe(3, " require=kubernetes.io/arch:In:"+g.pick("arm64", "amd64")),
		g.maybe(4, " require=karpenter.k8s.aws/instance-family:Exists::"+g.pick("2", "3")),
		g.maybe(3, " require=team:In:red,blue"),
		g.maybe(4, " taint=dedicated=x:NoSchedule"),
		g.maybe(3, fmt.Sprintf(" limit=cpu:%d limit=nodes:%d", 4+g.r.IntN(60), 1+g.r.IntN(6))))
}

// node adds a node of nobody's, a claim on its way, a complete one, or one that EC2 gave nothing.
func (g *generator) node(i int) {
	typ := g.pick("c7g.large", "m7i.xlarge", "m7g.2xlarge", "r6a.large")
	used := fmt.Sprintf("used=%d.%d/%dMi", g.r.IntN(2), g.r.IntN(10), 100+g.r.IntN(2000))
	pods := ""
	if g.odds(2) {
		name := fmt.Sprintf("kept-%d", i)
		g.pending = append(g.pending, name)
		pods = " pods=" + name
		g.line("pod %s cpu=0.%d mem=100Mi owner=ReplicaSet/web-0 tolerate=dedicated=x:NoSchedule%s", name, 1+g.r.IntN(9), g.maybe(2, " untried"))
	}
	switch g.r.IntN(4) {
	case 0:
		g.line("node n%d type=%s %s%s", i, typ, used, g.maybe(4, " taint=dedicated=x:NoSchedule"))
	case 1:
		g.line("claim c%d pool=pool-0 type=%s%s%s", i, typ, pods, g.maybe(4, " deleting"))
		if g.odds(2) {
			g.line("node n%d type=%s %s claim=c%d taint=node.kubernetes.io/not-ready=:NoSchedule", i, typ, used, i)
		}
	case 2:
		g.line("claim c%d pool=pool-0 type=%s initialized=%ds%s", i, typ, g.r.IntN(300), pods)
		g.line("node n%d type=%s %s claim=c%d", i, typ, used, i)
	case 3:
		g.line("claim c%d pool=pool-0 type=%s,m7g.xlarge ct=%s waiting=l-1x0%s", i, typ, g.pick("spot", "on-demand"), pods)
	}
}

func (g *generator) pods(i int) {
	g.line("pod p%d x%d cpu=%d.%d mem=%dMi owner=ReplicaSet/web-%d%s%s%s%s%s%s%s", i, 1+g.r.IntN(12), g.r.IntN(4), g.r.IntN(10), 64<<g.r.IntN(7), i%3,
		g.maybe(4, " select=kubernetes.io/arch="+g.pick("arm64", "amd64", "sparc")),
		g.maybe(5, " select=topology.kubernetes.io/zone="+g.pick(zones()...)),
		g.maybe(5, " select=team="+g.pick("red", "blue", "green")),
		g.maybe(5, " require="+g.pick("karpenter.k8s.aws/instance-cpu:Gt:3", "karpenter.k8s.aws/instance-family:NotIn:m7g,c7g",
			"karpenter.k8s.aws/instance-gpu-name:DoesNotExist", "karpenter.sh/capacity-type:NotIn:spot")),
		g.maybe(6, " require=kubernetes.io/arch:In:sparc or require=karpenter.k8s.aws/instance-memory:Lte:16384"),
		g.maybe(3, " tolerate=dedicated=x:NoSchedule"), g.maybe(4, fmt.Sprintf(" disk=%dGi", 1+g.r.IntN(18))))
}
