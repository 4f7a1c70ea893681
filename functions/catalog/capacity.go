package catalog

import (
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

const mebibyte = 1 << 20

// capacityOf is what a node of the machine has, with its class's defaults. Ephemeral storage is the class's business.
// Network interfaces for EFA are not counted: the launch templates ask for none.
func capacityOf(m model.Machine) model.Resources {
	capacity := model.Resources{
		CPU:    m.VCPUs * 1000,
		Memory: memoryOf(m) * mebibyte,
		Pods:   podsOf(m),
	}
	for _, gpu := range m.GPUs {
		if name := resourceOf(gpu.Manufacturer); name != "" {
			capacity = capacity.With(name, capacity.Get(name)+gpu.Count)
		}
	}
	for _, device := range m.Neuron {
		capacity = capacity.With("aws.amazon.com/neuron", capacity.Get("aws.amazon.com/neuron")+device.Count)
		capacity = capacity.With("aws.amazon.com/neuroncore", capacity.Get("aws.amazon.com/neuroncore")+device.Count*device.Cores)
	}
	return capacity
}

// memoryOf is the memory in MiB that a machine's kernel sees: 7.5 % less than EC2 says, as Karpenter estimates what
// the hypervisor keeps, rounded up; a Graviton's firmware takes 64 MiB before.
func memoryOf(m model.Machine) int64 {
	nominal := m.MemoryMiB
	if m.Arch == "arm64" {
		nominal -= 64
	}
	kept := (nominal*75 + 999) / 1000
	return max(0, nominal-kept)
}

// podsOf is how many pods the VPC CNI has addresses for: each interface keeps one for itself, and two pods (the CNI
// and kube-proxy) use the host's.
func podsOf(m model.Machine) int64 {
	if m.Interfaces == 0 {
		return 0
	}
	return m.Interfaces*(m.AddressesPerNIC-1) + 2
}

// resourceOf is the extended resource that a maker's device plugin offers.
func resourceOf(manufacturer string) string {
	switch strings.ToLower(manufacturer) {
	case "nvidia":
		return "nvidia.com/gpu"
	case "amd":
		return "amd.com/gpu"
	case "habana":
		return "habana.ai/gaudi"
	}
	return ""
}
