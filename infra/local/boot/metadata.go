package boot

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// userData is what the instance metadata service would hand out; empty when the instance has none.
func (n *nursery) userData(ctx context.Context, id string) ([]byte, error) {
	output, err := n.options.EC2.DescribeInstanceAttribute(ctx, &ec2.DescribeInstanceAttributeInput{
		InstanceId: aws.String(id), Attribute: types.InstanceAttributeNameUserData,
	})
	if err != nil {
		return nil, fmt.Errorf("user data of %s: %w", id, err)
	}
	if output.UserData == nil {
		return nil, nil
	}
	raw, err := base64.StdEncoding.DecodeString(aws.ToString(output.UserData.Value))
	if err != nil {
		return nil, fmt.Errorf("user data of %s: %w", id, err)
	}
	return raw, nil
}

// defaultDiskGiB is the size of the pods' volume in both families' images.
const defaultDiskGiB = 20

// disk is the size in GiB of the volume that pods write to: AL2023 has one for all, Bottlerocket a second one for data.
func (n *nursery) disk(ctx context.Context, id string, family Family) (int, error) {
	device := "/dev/xvda"
	if family == Bottlerocket {
		device = "/dev/xvdb"
	}
	output, err := n.options.EC2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{
		Filters: []types.Filter{{Name: aws.String("attachment.instance-id"), Values: []string{id}}},
	})
	if err != nil {
		return 0, fmt.Errorf("volumes of %s: %w", id, err)
	}
	for _, volume := range output.Volumes {
		for _, attachment := range volume.Attachments {
			if aws.ToString(attachment.Device) == device {
				return int(aws.ToInt32(volume.Size)), nil
			}
		}
	}
	return defaultDiskGiB, nil
}
