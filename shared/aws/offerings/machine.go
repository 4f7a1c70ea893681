package offerings

import (
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// machine reads what DescribeInstanceTypes says of one type. What it does not say stays zero.
func machine(info types.InstanceTypeInfo) model.Machine {
	m := model.Machine{
		Type:       string(info.InstanceType),
		OnDemand:   slices.Contains(info.SupportedUsageClasses, types.UsageClassTypeOnDemand),
		Spot:       slices.Contains(info.SupportedUsageClasses, types.UsageClassTypeSpot),
		BareMetal:  aws.ToBool(info.BareMetal),
		Hypervisor: string(info.Hypervisor),
	}
	if info.VCpuInfo != nil {
		m.VCPUs = int64(aws.ToInt32(info.VCpuInfo.DefaultVCpus))
	}
	if info.MemoryInfo != nil {
		m.MemoryMiB = aws.ToInt64(info.MemoryInfo.SizeInMiB)
	}
	readProcessor(&m, info.ProcessorInfo)
	readStorage(&m, info)
	readNetwork(&m, info.NetworkInfo)
	readAccelerators(&m, info)
	return m
}

func readProcessor(m *model.Machine, info *types.ProcessorInfo) {
	if info == nil {
		return
	}
	m.CPUManufacturer = aws.ToString(info.Manufacturer)
	m.ClockMHz = int64(math.Round(aws.ToFloat64(info.SustainedClockSpeedInGhz) * 1000))
	for _, arch := range info.SupportedArchitectures {
		switch arch {
		case types.ArchitectureTypeX8664:
			m.Arch = "amd64"
			return
		case types.ArchitectureTypeArm64:
			m.Arch = "arm64"
			return
		}
	}
}

func readStorage(m *model.Machine, info types.InstanceTypeInfo) {
	if disks := info.InstanceStorageInfo; disks != nil && disks.NvmeSupport != types.EphemeralNvmeSupportUnsupported {
		m.DiskGB = aws.ToInt64(disks.TotalSizeInGB)
	}
	if ebs := info.EbsInfo; ebs != nil && ebs.EbsOptimizedInfo != nil && ebs.EbsOptimizedSupport == types.EbsOptimizedSupportDefault {
		m.EBSMbps = int64(aws.ToInt32(ebs.EbsOptimizedInfo.MaximumBandwidthInMbps))
	}
}

// readNetwork takes the addresses of the default card alone: the VPC CNI uses no other for pods.
func readNetwork(m *model.Machine, info *types.NetworkInfo) {
	if info == nil {
		return
	}
	m.EncryptionInTransit = aws.ToBool(info.EncryptionInTransitSupported)
	m.AddressesPerNIC = int64(aws.ToInt32(info.Ipv4AddressesPerInterface))
	m.Interfaces = int64(aws.ToInt32(info.MaximumNetworkInterfaces))
	var gbps float64
	for _, card := range info.NetworkCards {
		gbps += aws.ToFloat64(card.BaselineBandwidthInGbps)
		if aws.ToInt32(card.NetworkCardIndex) == aws.ToInt32(info.DefaultNetworkCardIndex) {
			m.Interfaces = int64(aws.ToInt32(card.MaximumNetworkInterfaces))
		}
	}
	m.NetworkMbps = int64(math.Round(gbps * 1000))
}

func readAccelerators(m *model.Machine, info types.InstanceTypeInfo) {
	if info.GpuInfo != nil {
		for _, gpu := range info.GpuInfo.Gpus {
			a := accelerator(gpu.Name, gpu.Manufacturer, gpu.Count)
			if gpu.MemoryInfo != nil {
				a.MemoryMiB = int64(aws.ToInt32(gpu.MemoryInfo.SizeInMiB))
			}
			m.GPUs = append(m.GPUs, a)
		}
	}
	if info.NeuronInfo != nil {
		for _, device := range info.NeuronInfo.NeuronDevices {
			a := accelerator(device.Name, aws.String("aws"), device.Count)
			if device.CoreInfo != nil {
				a.Cores = int64(aws.ToInt32(device.CoreInfo.Count))
			}
			m.Neuron = append(m.Neuron, a)
		}
	}
	if info.InferenceAcceleratorInfo != nil {
		for _, x := range info.InferenceAcceleratorInfo.Accelerators {
			m.Inference = append(m.Inference, accelerator(x.Name, x.Manufacturer, x.Count))
		}
	}
}

func accelerator(name, manufacturer *string, count *int32) model.Accelerator {
	return model.Accelerator{
		Name: aws.ToString(name), Manufacturer: aws.ToString(manufacturer), Count: int64(aws.ToInt32(count)),
	}
}
