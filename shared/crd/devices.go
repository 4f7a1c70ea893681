package crd

import (
	"fmt"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func devicesOf(mappings []*provider.BlockDeviceMapping) ([]model.BlockDevice, error) {
	var out []model.BlockDevice
	for i, m := range mappings {
		if m == nil || m.EBS == nil {
			return nil, fmt.Errorf("blockDeviceMappings[%d]: no ebs", i)
		}
		d := model.BlockDevice{
			Name:                value(m.DeviceName),
			Root:                m.RootVolume,
			Type:                value(m.EBS.VolumeType),
			Encrypted:           m.EBS.Encrypted,
			DeleteOnTermination: m.EBS.DeleteOnTermination,
			IOPS:                int32(value(m.EBS.IOPS)),
			Throughput:          int32(value(m.EBS.Throughput)),
			KMSKeyID:            value(m.EBS.KMSKeyID),
			SnapshotID:          value(m.EBS.SnapshotID),
			InitializationRate:  value(m.EBS.VolumeInitializationRate),
		}
		if m.EBS.VolumeSize != nil {
			d.Size = m.EBS.VolumeSize.Value()
		}
		out = append(out, d)
	}
	return out, nil
}
