package sched

import (
	"math"

	"github.com/slipway-dev/slipway/shared/model"
)

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
)

// shapeOf is what a node of the type has under the class. The arithmetic is that of EKS's images and of Karpenter:
// allocatable is capacity less kube-reserved, system-reserved and the eviction thresholds.
func shapeOf(typ model.InstanceType, class *model.ResolvedClass) model.Shape {
	capacity := typ.Capacity
	capacity.EphemeralStorage = class.EphemeralStorage
	k := class.Kubelet
	if k.MaxPods != nil {
		capacity.Pods = *k.MaxPods
	}
	if k.PodsPerCore != nil && *k.PodsPerCore > 0 {
		capacity.Pods = min(capacity.Pods, *k.PodsPerCore*(capacity.CPU/1000))
	}
	reserved := kubeReserved(capacity, k.KubeReserved)
	if k.SystemReserved != nil {
		reserved = reserved.Plus(*k.SystemReserved)
	}
	reserved = reserved.Plus(model.Resources{
		Memory:           threshold(k.EvictionMemory, capacity.Memory, model.Threshold{Bytes: 100 * mebibyte}),
		EphemeralStorage: threshold(k.EvictionStorage, capacity.EphemeralStorage, model.Threshold{Percent: 10}),
	})
	reserved.Pods, reserved.Extended = 0, nil
	return model.Shape{
		Type:        typ.Name,
		Labels:      typ.Labels,
		Capacity:    capacity,
		Allocatable: capacity.Minus(reserved).Max(model.Resources{}),
	}
}

// kubeReserved is 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the others; 255 MiB
// and 11 MiB for each pod; 1 GiB of disk. What the class gives replaces the formula's amount.
func kubeReserved(capacity model.Resources, given *model.Resources) model.Resources {
	share := func(from, to, perTenThousand int64) int64 {
		return max(0, min(capacity.CPU, to)-from) * perTenThousand / 10_000
	}
	r := model.Resources{
		CPU:              share(0, 1000, 600) + share(1000, 2000, 100) + share(2000, 4000, 50) + share(4000, math.MaxInt64, 25),
		Memory:           (255 + 11*capacity.Pods) * mebibyte,
		EphemeralStorage: gibibyte,
	}
	if given == nil {
		return r
	}
	for _, name := range []string{model.CPU, model.Memory, model.EphemeralStorage} {
		if v := given.Get(name); v != 0 {
			r = r.With(name, v)
		}
	}
	return r
}

// threshold is an eviction signal in bytes. 100 percent is how the kubelet is told to have none.
func threshold(given model.Threshold, capacity int64, standard model.Threshold) int64 {
	if given == (model.Threshold{}) {
		given = standard
	}
	if given.Bytes != 0 {
		return given.Bytes
	}
	if given.Percent == 100 {
		return 0
	}
	return int64(math.Ceil(float64(capacity) / 100 * given.Percent))
}
