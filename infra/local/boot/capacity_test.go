package boot

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// m5.large as it is: what a node of a default AL2023 image reports, apart from the memory that its kernel keeps.
var m5large = machine{Type: Type{VCPU: 2, MemoryMiB: 8192, ENIs: 3, IPsPerENI: 10}, diskGiB: 20}

func TestCapacity(t *testing.T) {
	for _, c := range []struct {
		name    string
		machine machine
		config  NodeConfig
		// quantities: cpu, memory, ephemeral-storage, pods
		capacity, allocatable [4]string
	}{
		{
			"AL2023 defaults", m5large, NodeConfig{Family: AL2023},
			[4]string{"2", "8Gi", "20Gi", "29"},
			// 60m + 10m; 255Mi + 11Mi * 29 + 100Mi; 1Gi + 2Gi
			[4]string{"1930m", "7518Mi", "17Gi", "29"},
		},
		{
			"AL2023 reserves for the interfaces' pods, not for maxPods", m5large, NodeConfig{Family: AL2023, MaxPods: 110},
			[4]string{"2", "8Gi", "20Gi", "110"},
			[4]string{"1930m", "7518Mi", "17Gi", "110"},
		},
		{
			"Bottlerocket reserves for its own maxPods", m5large, NodeConfig{Family: Bottlerocket, MaxPods: 110},
			[4]string{"2", "8Gi", "20Gi", "110"},
			[4]string{"1930m", "6627Mi", "17Gi", "110"},
		},
		{
			"pods per core", m5large, NodeConfig{Family: AL2023, PodsPerCore: 4},
			[4]string{"2", "8Gi", "20Gi", "8"},
			[4]string{"1930m", "7518Mi", "17Gi", "8"},
		},
		{
			"each reservation replaces its own default", m5large, NodeConfig{
				Family:         AL2023,
				KubeReserved:   map[string]string{"memory": "1Gi"},
				SystemReserved: map[string]string{"cpu": "30m", "memory": "24Mi"},
				EvictionHard:   map[string]string{"memory.available": "25%", "nodefs.available": "1Gi", "imagefs.available": "15%"},
			},
			[4]string{"2", "8Gi", "20Gi", "29"},
			[4]string{"1900m", "5096Mi", "18Gi", "29"},
		},
		{
			"more reserved than there is", m5large, NodeConfig{Family: AL2023, KubeReserved: map[string]string{"memory": "9Gi"}},
			[4]string{"2", "8Gi", "20Gi", "29"},
			[4]string{"1930m", "0", "17Gi", "29"},
		},
		{
			"64 processors, memory kept by the hypervisor",
			machine{Type: Type{VCPU: 64, MemoryMiB: 1024, ENIs: 15, IPsPerENI: 50}, diskGiB: 50, memoryLoss: 0.5},
			NodeConfig{Family: AL2023, KubeReserved: map[string]string{"memory": "0"}, EvictionHard: map[string]string{"memory.available": "0%"}},
			[4]string{"64", "512Mi", "50Gi", "737"},
			// 60 + 10 + 10 + 150
			[4]string{"63770m", "512Mi", "44Gi", "737"},
		},
		{
			"striped instance store",
			machine{Type: Type{VCPU: 2, MemoryMiB: 8192, ENIs: 3, IPsPerENI: 10, InstanceStoreGB: 75}, diskGiB: 20},
			NodeConfig{Family: AL2023, StripedStorage: true, EvictionHard: map[string]string{"nodefs.available": "0%"}, KubeReserved: map[string]string{"ephemeral-storage": "5G"}},
			[4]string{"2", "8Gi", "75G", "29"},
			[4]string{"1930m", "7518Mi", "70G", "29"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			compareResources(t, "capacity", c.machine.capacity(c.config), c.capacity)
			allocatable, err := c.machine.allocatable(c.config)
			if err != nil {
				t.Fatal(err)
			}
			compareResources(t, "allocatable", allocatable, c.allocatable)
		})
	}
}

func compareResources(t *testing.T, what string, got corev1.ResourceList, want [4]string) {
	t.Helper()
	names := []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage, corev1.ResourcePods}
	for i, name := range names {
		quantity := got[name]
		if quantity.Cmp(resource.MustParse(want[i])) != 0 {
			t.Errorf("%s %s is %s, want %s", what, name, quantity.String(), want[i])
		}
	}
}
