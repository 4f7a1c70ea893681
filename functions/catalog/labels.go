package catalog

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// Karpenter's well-known labels of a type. Source: Karpenter's documentation, "Well-Known Labels".
const (
	labelCategory         = "karpenter.k8s.aws/instance-category"
	labelFamily           = "karpenter.k8s.aws/instance-family"
	labelGeneration       = "karpenter.k8s.aws/instance-generation"
	labelSize             = "karpenter.k8s.aws/instance-size"
	labelCPU              = "karpenter.k8s.aws/instance-cpu"
	labelCPUManufacturer  = "karpenter.k8s.aws/instance-cpu-manufacturer"
	labelClock            = "karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz"
	labelMemory           = "karpenter.k8s.aws/instance-memory"
	labelEBSBandwidth     = "karpenter.k8s.aws/instance-ebs-bandwidth"
	labelNetworkBandwidth = "karpenter.k8s.aws/instance-network-bandwidth"
	labelHypervisor       = "karpenter.k8s.aws/instance-hypervisor"
	labelEncryption       = "karpenter.k8s.aws/instance-encryption-in-transit-supported"
	labelFlex             = "karpenter.k8s.aws/instance-capability-flex"
	labelLocalNVMe        = "karpenter.k8s.aws/instance-local-nvme"
	labelTenancy          = "karpenter.k8s.aws/instance-tenancy"
	labelGPUName          = "karpenter.k8s.aws/instance-gpu-name"
	labelGPUManufacturer  = "karpenter.k8s.aws/instance-gpu-manufacturer"
	labelGPUCount         = "karpenter.k8s.aws/instance-gpu-count"
	labelGPUMemory        = "karpenter.k8s.aws/instance-gpu-memory"
	labelAccName          = "karpenter.k8s.aws/instance-accelerator-name"
	labelAccManufacturer  = "karpenter.k8s.aws/instance-accelerator-manufacturer"
	labelAccCount         = "karpenter.k8s.aws/instance-accelerator-count"
)

// typeName takes m5.large and u-12tb1.metal apart: category, generation.
var typeName = regexp.MustCompile(`^([a-z]+)(?:-[0-9]+tb)?([0-9]+).*\.`)

// labelsOf are the labels that nodes of the machine carry, but for zone, capacity type and those of pool and class.
// A label that does not apply is left out.
func labelsOf(m model.Machine, region string) map[string]string {
	family, size, _ := strings.Cut(m.Type, ".")
	labels := map[string]string{
		model.LabelInstanceType: m.Type,
		model.LabelArch:         m.Arch,
		model.LabelOS:           "linux",
		model.LabelRegion:       region,
		labelFamily:             family,
		labelSize:               size,
		labelCPU:                number(m.VCPUs),
		labelMemory:             number(m.MemoryMiB),
		labelEncryption:         strconv.FormatBool(m.EncryptionInTransit),
		labelFlex:               strconv.FormatBool(strings.Contains(family, "-flex")),
		labelTenancy:            "default",
		labelCPUManufacturer:    dashed(m.CPUManufacturer),
		labelHypervisor:         m.Hypervisor,
	}
	if parts := typeName.FindStringSubmatch(m.Type); parts != nil {
		labels[labelCategory], labels[labelGeneration] = parts[1], parts[2]
	}
	for label, amount := range map[string]int64{
		labelClock: m.ClockMHz, labelEBSBandwidth: m.EBSMbps, labelNetworkBandwidth: m.NetworkMbps, labelLocalNVMe: m.DiskGB,
	} {
		if amount > 0 {
			labels[label] = number(amount)
		}
	}
	labelAccelerators(labels, m)
	for label, value := range labels {
		if value == "" {
			delete(labels, label)
		}
	}
	return labels
}

// labelAccelerators labels machines of one kind of accelerator; none has two kinds yet.
func labelAccelerators(labels map[string]string, m model.Machine) {
	if len(m.GPUs) == 1 {
		gpu := m.GPUs[0]
		labels[labelGPUName] = dashed(gpu.Name)
		labels[labelGPUManufacturer] = dashed(gpu.Manufacturer)
		labels[labelGPUCount] = number(gpu.Count)
		labels[labelGPUMemory] = number(gpu.MemoryMiB)
	}
	accelerators := m.Neuron
	if len(accelerators) == 0 {
		accelerators = m.Inference // the older way to say it
	}
	if len(accelerators) == 1 {
		labels[labelAccName] = dashed(accelerators[0].Name)
		labels[labelAccManufacturer] = dashed(accelerators[0].Manufacturer)
		labels[labelAccCount] = number(accelerators[0].Count)
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func dashed(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "-")) }
