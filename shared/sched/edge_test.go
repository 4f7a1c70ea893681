package sched_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched"
)

// TestAffinityToNothing: a term without requirements matches nothing, and affinity without terms has none that does.
func TestAffinityToNothing(t *testing.T) {
	for _, terms := range [][][]model.Requirement{{}, {{}}} {
		w := newWorld(t)
		w.run("pool general\npod a cpu=1")
		w.snapshot.Pods[0].NodeAffinity = terms
		if out := w.decide(); !strings.Contains(out, "no term that anything can match") {
			t.Errorf("affinity %v:\n%s", terms, out)
		}
	}
}

// TestTwoClaimsOfOneInstance must not happen, and still may not make two Plans of one cluster.
func TestTwoClaimsOfOneInstance(t *testing.T) {
	w := newWorld(t)
	w.run("pool general\nclaim c1 type=m7g.large initialized=1h\nclaim c2 type=m7g.large initialized=1h deleting\nnode n1 claim=c1\npod a cpu=1")
	w.snapshot.Claims[1].ProviderID = w.snapshot.Claims[0].ProviderID
	want := w.decide()
	w.snapshot.Claims[0], w.snapshot.Claims[1] = w.snapshot.Claims[1], w.snapshot.Claims[0]
	if got := w.decide(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestNothingPanics decides about what no cluster should be.
func TestNothingPanics(t *testing.T) {
	strange := map[string]func(s *model.Snapshot){
		"empty":         func(s *model.Snapshot) { *s = model.Snapshot{} },
		"no catalog":    func(s *model.Snapshot) { s.Catalog = nil },
		"empty catalog": func(s *model.Snapshot) { s.Catalog = &model.Catalog{} },
		"no classes":    func(s *model.Snapshot) { s.Catalog.Classes = nil },
		"no images":     func(s *model.Snapshot) { s.Catalog.Classes[0].Images = nil },
		"no offerings": func(s *model.Snapshot) {
			for i := range s.Catalog.Types {
				s.Catalog.Types[i].Offerings = nil
			}
		},
		"many offerings": func(s *model.Snapshot) {
			for i := range s.Catalog.Types {
				t := &s.Catalog.Types[i]
				for len(t.Offerings) < 200 {
					t.Offerings = append(t.Offerings, t.Offerings[0])
				}
			}
		},
		"free of charge": func(s *model.Snapshot) {
			for i := range s.Catalog.Types {
				for j := range s.Catalog.Types[i].Offerings {
					s.Catalog.Types[i].Offerings[j].Price = 0
				}
			}
		},
		"no capacity": func(s *model.Snapshot) {
			for i := range s.Catalog.Types {
				s.Catalog.Types[i].Capacity = model.Resources{}
			}
		},
		"huge pods": func(s *model.Snapshot) {
			s.Pods[0].Requests = model.Resources{CPU: math.MaxInt64, Memory: math.MaxInt64, Pods: 1}
		},
		"negative pods":   func(s *model.Snapshot) { s.Pods[0].Requests = model.Resources{CPU: -1, Memory: -1, Pods: -1} },
		"pods of nothing": func(s *model.Snapshot) { s.Pods[0].Requests = model.Resources{} },
		"twice the same pod": func(s *model.Snapshot) {
			s.Pods = append(s.Pods, s.Pods[0])
		},
		"claims of nothing":  func(s *model.Snapshot) { s.Claims = append(s.Claims, model.NodeClaim{}, model.NodeClaim{}) },
		"nodes of nothing":   func(s *model.Snapshot) { s.Nodes = append(s.Nodes, model.Node{}, model.Node{}) },
		"pools of nothing":   func(s *model.Snapshot) { s.Pools = append(s.Pools, model.NodePool{}, model.NodePool{}) },
		"daemons of nothing": func(s *model.Snapshot) { s.DaemonSets = append(s.DaemonSets, model.DaemonSet{}) },
		"operators": func(s *model.Snapshot) {
			s.Pools[0].Requirements = append(s.Pools[0].Requirements, model.Requirement{}, model.Requirement{Key: "x", Operator: "Like"},
				model.Requirement{Key: "x", Operator: model.Gt}, model.Requirement{Key: model.LabelZone, Operator: model.Lt, Values: []string{"z"}})
		},
		"negative limits": func(s *model.Snapshot) { s.Pools[0].Limits = []model.Limit{{Resource: model.CPU, Value: -5}} },
		"minValues": func(s *model.Snapshot) {
			s.Pools[0].Requirements = []model.Requirement{{Key: model.LabelZone, Operator: model.Exists, MinValues: 9}, {Key: "x", Operator: model.Exists, MinValues: -9}}
		},
	}
	for name, change := range strange {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.run("pool general limit=cpu:100\nclaim c1 type=m7g.large pods=b\nclaim c2 type=m7g.large waiting=l-1x0 pods=a\nnode n1 type=m7g.large\npod a x3 cpu=1\npod b cpu=7")
			addTemplates(&w.snapshot)
			change(&w.snapshot)
			plan := sched.Decide(w.now, w.snapshot, model.Evaluation{}, model.Settings{LaunchesPerMinute: -1, MaxPrice: -1})
			_ = printed(plan)
			plan = sched.Decide(time.Time{}, w.snapshot, model.Evaluation{}, model.Settings{})
			_ = printed(plan)
		})
	}
}
