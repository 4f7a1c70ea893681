package boot

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func TestTypeOf(t *testing.T) {
	basics := func(arch types.ArchitectureType) types.InstanceTypeInfo {
		return types.InstanceTypeInfo{
			VCpuInfo:      &types.VCpuInfo{DefaultVCpus: aws.Int32(4)},
			MemoryInfo:    &types.MemoryInfo{SizeInMiB: aws.Int64(16384)},
			NetworkInfo:   &types.NetworkInfo{MaximumNetworkInterfaces: aws.Int32(4), Ipv4AddressesPerInterface: aws.Int32(15)},
			ProcessorInfo: &types.ProcessorInfo{SupportedArchitectures: []types.ArchitectureType{arch}},
		}
	}
	gpu := basics(types.ArchitectureTypeX8664)
	gpu.InstanceStorageInfo = &types.InstanceStorageInfo{TotalSizeInGB: aws.Int64(125)}
	gpu.GpuInfo = &types.GpuInfo{Gpus: []types.GpuDeviceInfo{{Manufacturer: aws.String("NVIDIA"), Count: aws.Int32(2)}}}
	// Two network cards: only the default one's interfaces carry pods.
	gpu.NetworkInfo.NetworkCards = []types.NetworkCardInfo{
		{NetworkCardIndex: aws.Int32(0), MaximumNetworkInterfaces: aws.Int32(3)},
		{NetworkCardIndex: aws.Int32(1), MaximumNetworkInterfaces: aws.Int32(1)},
	}
	neuron := basics(types.ArchitectureTypeX8664)
	neuron.NeuronInfo = &types.NeuronInfo{NeuronDevices: []types.NeuronDeviceInfo{
		{Count: aws.Int32(6), CoreInfo: &types.NeuronDeviceCoreInfo{Count: aws.Int32(2)}},
	}}
	for _, c := range []struct {
		name string
		info types.InstanceTypeInfo
		want Type
		pods int
	}{
		{"plain", basics(types.ArchitectureTypeArm64), Type{VCPU: 4, MemoryMiB: 16384, ENIs: 4, IPsPerENI: 15, Arch: "arm64", Devices: map[string]int64{}}, 58},
		{"GPU", gpu, Type{VCPU: 4, MemoryMiB: 16384, ENIs: 3, IPsPerENI: 15, InstanceStoreGB: 125, Arch: "amd64", Devices: map[string]int64{"nvidia.com/gpu": 2}}, 44},
		{"Neuron", neuron, Type{VCPU: 4, MemoryMiB: 16384, ENIs: 4, IPsPerENI: 15, Arch: "amd64", Devices: map[string]int64{"aws.amazon.com/neuron": 6, "aws.amazon.com/neuroncore": 12}}, 58},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := TypeOf(c.info)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.ENIPods() != c.pods {
				t.Errorf("ENIPods is %d, want %d", got.ENIPods(), c.pods)
			}
		})
	}
}
