package boot

import (
	"fmt"
	"math"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

const (
	kib = int64(1) << 10
	mib = int64(1) << 20
	gib = int64(1) << 30
)

// machine is what an instance has under its kubelet.
type machine struct {
	Type
	diskGiB    int     // of the volume that pods write to
	memoryLoss float64 // share of the nominal memory
}

// capacity is what the kubelet finds on the machine, without devices.
func (m machine) capacity(config NodeConfig) corev1.ResourceList {
	memory := int64(float64(int64(m.MemoryMiB)*mib) * (1 - m.memoryLoss))
	disk := int64(m.diskGiB) * gib
	if config.StripedStorage && m.InstanceStoreGB > 0 {
		disk = int64(m.InstanceStoreGB) * 1e9
	}
	return corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(int64(m.VCPU), resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity(memory/kib*kib, resource.BinarySI),
		corev1.ResourceEphemeralStorage: *resource.NewQuantity(disk, resource.BinarySI),
		corev1.ResourcePods:             *resource.NewQuantity(int64(m.maxPods(config)), resource.DecimalSI),
		"hugepages-1Gi":                 *resource.NewQuantity(0, resource.DecimalSI),
		"hugepages-2Mi":                 *resource.NewQuantity(0, resource.DecimalSI),
	}
}

func (m machine) maxPods(config NodeConfig) int {
	pods := m.ENIPods()
	if config.MaxPods > 0 {
		pods = config.MaxPods
	}
	if config.PodsPerCore > 0 {
		pods = min(pods, config.PodsPerCore*m.VCPU)
	}
	return pods
}

// allocatable is the capacity less what is kept for the kubelet, for the system, and from eviction. A reservation that
// the user data gives replaces the default of that resource only.
func (m machine) allocatable(config NodeConfig) (corev1.ResourceList, error) {
	capacity := m.capacity(config)
	kube := m.kubeReserved(config)
	eviction := map[string]string{"memory.available": "100Mi", "nodefs.available": "10%"}
	for signal, value := range config.EvictionHard {
		eviction[signal] = value
	}
	signals := map[corev1.ResourceName]string{
		corev1.ResourceMemory: "memory.available", corev1.ResourceEphemeralStorage: "nodefs.available",
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		left := capacity[name]
		for _, reserved := range []string{kube[string(name)], config.SystemReserved[string(name)]} {
			if reserved == "" {
				continue
			}
			quantity, err := parseQuantity(reserved)
			if err != nil {
				return nil, fmt.Errorf("reserved %s %q: %w", name, reserved, err)
			}
			left.Sub(quantity)
		}
		if signal := signals[name]; signal != "" {
			total := capacity[name]
			quantity, err := threshold(eviction[signal], total.Value())
			if err != nil {
				return nil, fmt.Errorf("eviction threshold %s %q: %w", signal, eviction[signal], err)
			}
			left.Sub(quantity)
		}
		if left.Sign() < 0 {
			left = *resource.NewQuantity(0, left.Format)
		}
		capacity[name] = left
	}
	return capacity, nil
}

// kubeReserved is what both families keep for kubelet and container runtime: a share of the processors that falls with
// their number, memory by the number of pods, and 1 GiB of disk. AL2023 counts the pods that the network interfaces
// allow, whatever maxPods says, because nodeadm works its default out before it sees the user's setting.
func (m machine) kubeReserved(config NodeConfig) map[string]string {
	pods := m.ENIPods()
	if config.Family == Bottlerocket {
		pods = m.maxPods(config)
	}
	reserved := map[string]string{
		"cpu":               strconv.Itoa(reservedMilliCPU(m.VCPU)) + "m",
		"memory":            strconv.Itoa(255+11*pods) + "Mi",
		"ephemeral-storage": "1Gi",
	}
	for name, value := range config.KubeReserved {
		reserved[name] = value
	}
	return reserved
}

// reservedMilliCPU is 6 % of the first processor, 1 % of the second, 0.5 % of the next two, 0.25 % of the others, in
// whole millicores, each band rounded down as nodeadm rounds it.
func reservedMilliCPU(vcpu int) int {
	bands := []struct{ from, to, perTenThousand int }{
		{0, 1000, 600}, {1000, 2000, 100}, {2000, 4000, 50}, {4000, math.MaxInt, 25},
	}
	reserved := 0
	for _, band := range bands {
		reserved += max(0, min(vcpu*1000, band.to)-band.from) * band.perTenThousand / 10000
	}
	return reserved
}
