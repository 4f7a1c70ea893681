package instances

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Create sends a serialized CreateFleet request, once. A fleet that got less than it asked for is no error: what
// could not be had is in the answer's Errors, by offering.
func (i *Instances) Create(ctx context.Context, request []byte) (model.FleetAnswer, error) {
	const op = "create fleet"
	var in ec2.CreateFleetInput
	if err := json.Unmarshal(request, &in); err != nil {
		return model.FleetAnswer{}, &model.Error{Kind: model.Invalid, Op: op, Err: err}
	}
	out, err := i.ec2.CreateFleet(ctx, &in, once)
	if err != nil {
		return model.FleetAnswer{}, awserr.Wrap(op, err)
	}
	asked := askedFor(&in)
	return model.FleetAnswer{
		FleetID:   aws.ToString(out.FleetId),
		Instances: asked.instances(out.Instances),
		Errors:    asked.errors(out.Errors),
	}, nil
}

// asked is what a request says of its offerings, for the parts of an answer that leave it out.
type asked struct {
	capacityType string
	zones        map[string]string // by subnet
}

func askedFor(in *ec2.CreateFleetInput) asked {
	a := asked{zones: map[string]string{}}
	if in.TargetCapacitySpecification != nil {
		a.capacityType = string(in.TargetCapacitySpecification.DefaultTargetCapacityType)
	}
	for _, config := range in.LaunchTemplateConfigs {
		for _, o := range config.Overrides {
			a.zones[aws.ToString(o.SubnetId)] = aws.ToString(o.AvailabilityZone)
		}
	}
	return a
}

func (a asked) instances(groups []types.CreateFleetInstance) []model.Instance {
	var list []model.Instance
	for _, group := range groups {
		o := a.offering(group.LaunchTemplateAndOverrides)
		for _, id := range group.InstanceIds {
			list = append(list, model.Instance{
				ID:           id,
				Type:         cmp.Or(string(group.InstanceType), o.Type),
				Zone:         cmp.Or(aws.ToString(group.AvailabilityZone), o.Zone),
				CapacityType: a.capacity(group.Lifecycle),
			})
		}
	}
	slices.SortFunc(list, byID)
	return list
}

func (a asked) errors(failures []types.CreateFleetError) []model.FleetError {
	var list []model.FleetError
	for _, f := range failures {
		o := a.offering(f.LaunchTemplateAndOverrides)
		code, message := aws.ToString(f.ErrorCode), aws.ToString(f.ErrorMessage)
		list = append(list, model.FleetError{
			Kind:         cmp.Or(awserr.Kind(code, message), model.NoAnswer),
			Code:         code,
			Message:      message,
			Type:         o.Type,
			Zone:         o.Zone,
			Subnet:       o.Subnet,
			CapacityType: a.capacity(f.Lifecycle),
		})
	}
	slices.SortFunc(list, func(x, y model.FleetError) int {
		return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.Zone, y.Zone), cmp.Compare(x.Subnet, y.Subnet),
			cmp.Compare(x.CapacityType, y.CapacityType), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Message, y.Message))
	})
	return slices.Compact(list)
}

// offering of a part of the answer. EC2 need not repeat the zone; the subnet tells it.
func (a asked) offering(r *types.LaunchTemplateAndOverridesResponse) model.FleetOverride {
	if r == nil || r.Overrides == nil {
		return model.FleetOverride{}
	}
	subnet := aws.ToString(r.Overrides.SubnetId)
	return model.FleetOverride{
		Type:   string(r.Overrides.InstanceType),
		Zone:   cmp.Or(aws.ToString(r.Overrides.AvailabilityZone), a.zones[subnet]),
		Subnet: subnet,
	}
}

func (a asked) capacity(lifecycle types.InstanceLifecycle) string {
	switch lifecycle {
	case types.InstanceLifecycleSpot:
		return model.Spot
	case types.InstanceLifecycleOnDemand:
		return model.OnDemand
	case "":
		return a.capacityType
	}
	return model.Reserved // capacity blocks and interruptible reservations
}

func byID(a, b model.Instance) int { return cmp.Compare(a.ID, b.ID) }
