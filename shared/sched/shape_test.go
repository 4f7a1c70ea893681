package sched

import (
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestShapeOf(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	typ := func(cpu, mib, pods int64) model.InstanceType {
		return model.InstanceType{Capacity: model.Resources{CPU: cpu * 1000, Memory: mib << 20, Pods: pods}}
	}
	tests := []struct {
		name    string
		typ     model.InstanceType
		class   model.ResolvedClass
		lessCPU int64 // millicores
		lessMiB int64
		diskMiB int64 // allocatable
		pods    int64
	}{
		{"one core", typ(1, 4000, 8), model.ResolvedClass{}, 60, 100 + 255 + 88, 0, 8},
		{"two cores", typ(2, 8000, 29), model.ResolvedClass{}, 70, 100 + 255 + 319, 0, 29},
		{"four cores", typ(4, 15155, 58), model.ResolvedClass{}, 80, 993, 0, 58},
		{"ninety-six cores", typ(96, 181862, 737), model.ResolvedClass{}, 310, 8462, 0, 737},
		{"disk", typ(2, 8000, 29), model.ResolvedClass{EphemeralStorage: 20 << 30}, 70, 674, 17 << 10, 29},
		{"pods", typ(4, 8000, 58), model.ResolvedClass{Kubelet: model.Kubelet{MaxPods: n(110)}}, 80, 100 + 255 + 1210, 0, 110},
		{"pods per core", typ(4, 8000, 58), model.ResolvedClass{Kubelet: model.Kubelet{PodsPerCore: n(10)}}, 80, 100 + 255 + 440, 0, 40},
		{"pods per core, more than there are", typ(4, 8000, 58), model.ResolvedClass{Kubelet: model.Kubelet{PodsPerCore: n(100)}}, 80, 993, 0, 58},
		{"given kube-reserved replaces its part", typ(2, 8000, 29), model.ResolvedClass{Kubelet: model.Kubelet{
			KubeReserved: &model.Resources{CPU: 500}}}, 500, 674, 0, 29},
		{"system-reserved comes on top", typ(2, 8000, 29), model.ResolvedClass{Kubelet: model.Kubelet{
			SystemReserved: &model.Resources{CPU: 100, Memory: 64 << 20}}}, 170, 738, 0, 29},
		{"eviction in bytes and percent", typ(2, 8000, 29), model.ResolvedClass{EphemeralStorage: 20 << 30, Kubelet: model.Kubelet{
			EvictionMemory: model.Threshold{Percent: 5}, EvictionStorage: model.Threshold{Bytes: 1 << 30}}}, 70, 574 + 400, 18 << 10, 29},
		{"no eviction", typ(2, 8000, 29), model.ResolvedClass{Kubelet: model.Kubelet{EvictionMemory: model.Threshold{Percent: 100}}}, 70, 574, 0, 29},
		{"nothing left", typ(1, 100, 8), model.ResolvedClass{}, 60, 100, 0, 8},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := shapeOf(test.typ, &test.class)
			got := []int64{s.Capacity.CPU - s.Allocatable.CPU, (s.Capacity.Memory - s.Allocatable.Memory) >> 20, s.Allocatable.EphemeralStorage >> 20, s.Allocatable.Pods}
			want := []int64{test.lessCPU, test.lessMiB, test.diskMiB, test.pods}
			for i, what := range []string{"reserved cpu", "reserved MiB", "disk MiB", "pods"} {
				if got[i] != want[i] {
					t.Errorf("%s %d, want %d", what, got[i], want[i])
				}
			}
		})
	}
}
