package instances

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// maxToken is the longest ClientToken that EC2 takes.
const maxToken = 64

// Serialize makes the CreateFleet request that Create sends: an instant fleet, spot by price and capacity, on-demand
// by price, everything that it launches tagged. The same request gives the same bytes. It is the SDK's own input, so
// that a later version of this package still sends what an earlier one froze. Invalid when EC2 could not take it.
func (i *Instances) Serialize(request model.FleetRequest) ([]byte, error) {
	const op = "serialize fleet request"
	if err := valid(request); err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: op, Err: err}
	}
	body, err := json.Marshal(input(request))
	if err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: op, Err: err}
	}
	return body, nil
}

func valid(r model.FleetRequest) error {
	switch {
	case r.Token == "" || len(r.Token) > maxToken:
		return fmt.Errorf("token %q is not of 1 to %d characters", r.Token, maxToken)
	case r.Count < 1:
		return fmt.Errorf("%d instances asked for", r.Count)
	case r.Template.ID == "" || r.Template.Version == "":
		return errors.New("no launch template by id and version")
	case len(r.Overrides) == 0 || len(r.Overrides) > model.MaxOverrides:
		return fmt.Errorf("%d offerings, 1 to %d are possible", len(r.Overrides), model.MaxOverrides)
	case r.CapacityType != model.Spot && r.CapacityType != model.OnDemand:
		return fmt.Errorf("capacity type %q", r.CapacityType)
	}
	return nil
}

func input(r model.FleetRequest) *ec2.CreateFleetInput {
	in := &ec2.CreateFleetInput{
		Type:        types.FleetTypeInstant,
		ClientToken: aws.String(r.Token),
		LaunchTemplateConfigs: []types.FleetLaunchTemplateConfigRequest{{
			LaunchTemplateSpecification: &types.FleetLaunchTemplateSpecificationRequest{
				LaunchTemplateId: aws.String(r.Template.ID),
				Version:          aws.String(r.Template.Version),
			},
			Overrides: overrides(r.Overrides),
		}},
		TargetCapacitySpecification: &types.TargetCapacitySpecificationRequest{
			TotalTargetCapacity:       aws.Int32(int32(r.Count)),
			DefaultTargetCapacityType: types.DefaultTargetCapacityType(r.CapacityType),
		},
	}
	if r.CapacityType == model.Spot {
		in.SpotOptions = &types.SpotOptionsRequest{AllocationStrategy: types.SpotAllocationStrategyPriceCapacityOptimized}
	} else {
		in.OnDemandOptions = &types.OnDemandOptionsRequest{AllocationStrategy: types.FleetOnDemandAllocationStrategyLowestPrice}
	}
	for _, kind := range []types.ResourceType{types.ResourceTypeFleet, types.ResourceTypeInstance, types.ResourceTypeVolume} {
		in.TagSpecifications = append(in.TagSpecifications, types.TagSpecification{ResourceType: kind, Tags: tags(r.Tags)})
	}
	return in
}

// overrides name the zone beside the subnet: it is redundant to EC2, which repeats it in its errors.
func overrides(list []model.FleetOverride) []types.FleetLaunchTemplateOverridesRequest {
	out := make([]types.FleetLaunchTemplateOverridesRequest, len(list))
	for i, o := range list {
		out[i] = types.FleetLaunchTemplateOverridesRequest{
			InstanceType:     types.InstanceType(o.Type),
			SubnetId:         aws.String(o.Subnet),
			AvailabilityZone: aws.String(o.Zone),
		}
	}
	return out
}

func tags(m map[string]string) []types.Tag {
	out := make([]types.Tag, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, types.Tag{Key: aws.String(key), Value: aws.String(m[key])})
	}
	return out
}
