package sched_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched"
)

// BenchmarkDecide decides about pending pods beside 1,000 full nodes and a catalog of 720 types in three zones under
// two capacity types. Compare runs with benchstat:
//
//	go test ./shared/sched -run '^$' -bench Decide -count 6
//
// "generic" pods are of 30 kinds; "diverse" ones select architecture, zone, family and size as well, 1,000 kinds;
// "varied" are generic ones of a pool with minValues.
func BenchmarkDecide(b *testing.B) {
	for _, kind := range []string{"generic", "diverse", "varied"} {
		for _, pods := range []int{1, 100, 5000, 20000} {
			b.Run(fmt.Sprintf("%s/%d", kind, pods), func(b *testing.B) {
				s := largeCluster(1000, pods, kind == "diverse")
				if kind == "varied" {
					s.Pools[0].Requirements = []model.Requirement{{Key: label + "family", Operator: model.Exists, MinValues: 5}}
				}
				now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
				settings := model.Settings{LaunchesPerMinute: 1 << 30}
				b.ReportAllocs()
				var plan model.Plan
				for b.Loop() {
					plan = sched.Decide(now, s, model.Evaluation{}, settings)
				}
				claims, launches := 0, 0
				for _, a := range plan.Actions {
					if a.Launch != nil {
						launches++
						claims += len(a.Launch.Claims)
					}
				}
				b.ReportMetric(float64(claims), "claims")
				b.ReportMetric(float64(launches), "launches")
				b.ReportMetric(float64(plan.Price)/1e6, "$/h")
			})
		}
	}
}

func TestLargeCluster(t *testing.T) {
	s := largeCluster(200, 2000, true)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	plan := sched.Decide(now, s, model.Evaluation{}, model.Settings{LaunchesPerMinute: 1 << 30})
	if faults := check(now, s, plan); len(faults) > 0 {
		t.Error(faults)
	}
	if len(plan.Unplaced) > 0 {
		t.Errorf("%d pods have no place, first %+v", len(plan.Unplaced), plan.Unplaced[0])
	}
	s = apply(s, plan, now)
	if what := settled(sched.Decide(now, s, model.Evaluation{}, model.Settings{LaunchesPerMinute: 1 << 30})); what != "" {
		t.Error("and again:", what)
	}
}

// largeCluster has one pool over everything, nodes that are nearly full, and pods.
func largeCluster(nodes, pods int, diverse bool) model.Snapshot {
	r := rand.New(rand.NewPCG(42, 42))
	s := model.Snapshot{Cluster: model.Cluster{Name: "large", Key: "0123456789ab", UID: "u"}, Catalog: largeCatalog()}
	pool := model.NodePool{Name: "general", UID: "pool", Class: model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"}}
	pool.Hash = pool.TemplateHash()
	s.Pools = []model.NodePool{pool}
	s.DaemonSets = []model.DaemonSet{
		{Name: "cni", UID: "cni", Template: model.Pod{Requests: model.Resources{CPU: 50, Memory: 100 << 20, Pods: 1}, Tolerations: []model.Toleration{{Operator: "Exists"}}}},
		{Name: "logs", UID: "logs", Template: model.Pod{Requests: model.Resources{CPU: 100, Memory: 200 << 20, Pods: 1}}},
	}
	addTemplates(&s)
	for i := range nodes {
		typ := s.Catalog.Types[r.IntN(len(s.Catalog.Types))]
		n := model.Node{Name: fmt.Sprintf("node-%04d", i), Labels: map[string]string{model.LabelZone: zones()[i%3]}, Capacity: typ.Capacity, Allocatable: typ.Capacity, Daemons: []string{"cni", "logs"}}
		for k, v := range typ.Labels {
			n.Labels[k] = v
		}
		n.Used = typ.Capacity.Minus(model.Resources{CPU: r.Int64N(90), Memory: r.Int64N(1 << 30), Pods: 2})
		s.Nodes = append(s.Nodes, n)
	}
	for i := range pods {
		s.Pods = append(s.Pods, largePod(r, i, diverse))
	}
	return s
}

func largePod(r *rand.Rand, i int, diverse bool) model.Pod {
	cpus, mems := []int64{100, 250, 500, 1000, 1500}, []int64{100, 256, 512, 1024, 2048, 4096}
	p := model.Pod{
		PodRef: ref(fmt.Sprintf("pod-%05d", i)), Owner: model.Owner{Kind: "ReplicaSet", UID: fmt.Sprint(i % 50)}, Unschedulable: true,
		Requests: model.Resources{CPU: cpus[r.IntN(5)], Memory: mems[r.IntN(6)] << 20, Pods: 1},
	}
	if !diverse {
		return p
	}
	p.NodeSelector = map[string]string{}
	switch r.IntN(4) {
	case 0:
		p.NodeSelector[model.LabelArch] = []string{"amd64", "arm64"}[r.IntN(2)]
	case 1:
		p.NodeSelector[model.LabelZone] = zones()[r.IntN(3)]
	case 2:
		p.NodeAffinity = [][]model.Requirement{{
			{Key: label + "category", Operator: model.In, Values: []string{"c", "m"}},
			{Key: label + "generation", Operator: model.Gt, Values: []string{fmt.Sprint(2 + r.IntN(5))}},
		}}
	case 3:
		p.NodeAffinity = [][]model.Requirement{{{Key: label + "cpu", Operator: model.Lt, Values: []string{fmt.Sprint(8 << r.IntN(4))}}}}
	}
	return p
}

// largeCatalog is 720 types: three categories, eight generations of three makers, ten sizes.
func largeCatalog() *model.Catalog {
	c := &model.Catalog{Region: "us-east-1", Classes: []model.ResolvedClass{class("default", zones()...)}}
	for _, category := range []string{"c", "m", "r"} {
		for generation := range 8 {
			for m, maker := range []string{"i", "a", "g"} {
				for size := range 10 {
					c.Types = append(c.Types, largeType(category, generation+1, m, maker, size))
				}
			}
		}
	}
	return c
}

func largeType(category string, generation, m int, maker string, size int) model.InstanceType {
	cpu := int64(1) << size
	gib := cpu * map[string]int64{"c": 2, "m": 4, "r": 8}[category]
	family := fmt.Sprintf("%s%d%s", category, generation, maker)
	t := model.InstanceType{
		Name: fmt.Sprintf("%s.%dx", family, cpu),
		Labels: map[string]string{
			model.LabelArch: []string{"amd64", "amd64", "arm64"}[m], model.LabelOS: "linux",
			label + "family": family, label + "category": category, label + "generation": fmt.Sprint(generation),
			label + "cpu": fmt.Sprint(cpu), label + "memory": fmt.Sprint(gib * 1024), label + "size": fmt.Sprintf("%dx", cpu),
			label + "cpu-manufacturer": maker,
		},
		Capacity: model.Resources{CPU: cpu * 1000, Memory: gib << 30 * 925 / 1000, Pods: min(737, 8+cpu*15)},
	}
	t.Labels[model.LabelInstanceType] = t.Name
	onDemand := (cpu*32_000 + gib*3_200) * int64(100-3*generation-4*m) / 100
	for z, zone := range zones() {
		spot := onDemand * int64(25+(size*7+generation*13+m*5+z*11)%30) / 100
		t.Offerings = append(t.Offerings,
			model.Offering{Zone: zone, CapacityType: model.OnDemand, Price: onDemand},
			model.Offering{Zone: zone, CapacityType: model.Spot, Price: spot})
	}
	return t
}
