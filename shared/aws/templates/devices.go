package templates

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/model"
)

const gibibyte = 1 << 30

func devices(list []model.BlockDevice) []types.LaunchTemplateBlockDeviceMappingRequest {
	var out []types.LaunchTemplateBlockDeviceMappingRequest
	for _, d := range list {
		out = append(out, types.LaunchTemplateBlockDeviceMappingRequest{
			DeviceName: aws.String(d.Name),
			Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{
				VolumeSize:               nonZero(int32((d.Size + gibibyte - 1) / gibibyte)), // EC2 counts whole ones
				VolumeType:               types.VolumeType(d.Type),
				Encrypted:                d.Encrypted,
				DeleteOnTermination:      d.DeleteOnTermination,
				Iops:                     nonZero(d.IOPS),
				Throughput:               nonZero(d.Throughput),
				KmsKeyId:                 given(d.KMSKeyID),
				SnapshotId:               given(d.SnapshotID),
				VolumeInitializationRate: nonZero(d.InitializationRate),
			},
		})
	}
	return out
}

func tags(m map[string]string) []types.Tag {
	var out []types.Tag
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, types.Tag{Key: aws.String(key), Value: aws.String(m[key])})
	}
	return out
}

func nonZero(n int32) *int32 {
	if n == 0 {
		return nil
	}
	return &n
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
