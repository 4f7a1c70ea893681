package boot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Type is the shape of an instance type, as DescribeInstanceTypes has it.
type Type struct {
	VCPU            int
	MemoryMiB       int              // nominal
	ENIs            int              // of the default network card
	IPsPerENI       int              // IPv4
	InstanceStoreGB int              // all disks together, 10^9 bytes
	Arch            string           // amd64 or arm64
	Devices         map[string]int64 // extended resource (nvidia.com/gpu, ...) to count
}

// ENIPods is how many pods the type's network interfaces have addresses for: one address of each interface is the
// node's own, and two pods (kube-proxy and the network plugin) live in the host's network.
func (t Type) ENIPods() int { return t.ENIs*(t.IPsPerENI-1) + 2 }

// LoadTypes asks EC2 once for all instance types and gives a lookup for Options.Types.
func LoadTypes(ctx context.Context, client ec2.DescribeInstanceTypesAPIClient) (func(instanceType string) (Type, bool), error) {
	known := map[string]Type{}
	pages := ec2.NewDescribeInstanceTypesPaginator(client, &ec2.DescribeInstanceTypesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("boot: describe instance types: %w", err)
		}
		for _, info := range page.InstanceTypes {
			known[string(info.InstanceType)] = TypeOf(info)
		}
	}
	return func(instanceType string) (Type, bool) {
		t, ok := known[instanceType]
		return t, ok
	}, nil
}

// TypeOf turns EC2's description of an instance type into a Type.
func TypeOf(info types.InstanceTypeInfo) Type {
	t := Type{Arch: "amd64", Devices: map[string]int64{}}
	if info.VCpuInfo != nil {
		t.VCPU = int(aws.ToInt32(info.VCpuInfo.DefaultVCpus))
	}
	if info.MemoryInfo != nil {
		t.MemoryMiB = int(aws.ToInt64(info.MemoryInfo.SizeInMiB))
	}
	if network := info.NetworkInfo; network != nil {
		t.ENIs, t.IPsPerENI = int(aws.ToInt32(network.MaximumNetworkInterfaces)), int(aws.ToInt32(network.Ipv4AddressesPerInterface))
		for _, card := range network.NetworkCards {
			if aws.ToInt32(card.NetworkCardIndex) == aws.ToInt32(network.DefaultNetworkCardIndex) && card.MaximumNetworkInterfaces != nil {
				t.ENIs = int(*card.MaximumNetworkInterfaces)
			}
		}
	}
	if info.ProcessorInfo != nil && slices.Contains(info.ProcessorInfo.SupportedArchitectures, types.ArchitectureTypeArm64) {
		t.Arch = "arm64"
	}
	if info.InstanceStorageInfo != nil {
		t.InstanceStoreGB = int(aws.ToInt64(info.InstanceStorageInfo.TotalSizeInGB))
	}
	if info.GpuInfo != nil {
		for _, gpu := range info.GpuInfo.Gpus {
			t.Devices[gpuResource(aws.ToString(gpu.Manufacturer))] += int64(aws.ToInt32(gpu.Count))
		}
	}
	if info.NeuronInfo != nil {
		for _, neuron := range info.NeuronInfo.NeuronDevices {
			count := int64(aws.ToInt32(neuron.Count))
			t.Devices["aws.amazon.com/neuron"] += count
			if neuron.CoreInfo != nil {
				t.Devices["aws.amazon.com/neuroncore"] += count * int64(aws.ToInt32(neuron.CoreInfo.Count))
			}
		}
	}
	return t
}

// gpuResource is the name under which a manufacturer's device plugin announces its devices.
func gpuResource(manufacturer string) string {
	switch maker := strings.ToLower(manufacturer); maker {
	case "habana":
		return "habana.ai/gaudi"
	default:
		return maker + ".com/gpu"
	}
}
