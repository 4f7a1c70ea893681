package instances

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	pageSize = 500 // instances
	maxIDs   = 200 // values of one filter
)

// existing are the states of instances that are or may come back. A terminated one is shown for about an hour.
var existing = []types.InstanceStateName{
	types.InstanceStateNamePending, types.InstanceStateNameRunning, types.InstanceStateNameShuttingDown,
	types.InstanceStateNameStopping, types.InstanceStateNameStopped,
}

// ByLaunch lists the existing instances that carry the launch's tag, a page at a time; the first page's token is
// empty. EC2 is eventually consistent: an instance launched a moment ago may not be found yet.
func (i *Instances) ByLaunch(ctx context.Context, launch, page string) (model.Page[model.Instance], error) {
	return i.byTag(ctx, "find instances of launch "+launch, model.TagLaunch, launch, page)
}

// ByCluster lists the existing instances that belong to the cluster (Cluster.Owner), as ByLaunch does.
func (i *Instances) ByCluster(ctx context.Context, owner, page string) (model.Page[model.Instance], error) {
	return i.byTag(ctx, "find instances of cluster "+owner, model.TagCluster, owner, page)
}

func (i *Instances) byTag(ctx context.Context, op, tag, value, page string) (model.Page[model.Instance], error) {
	in := &ec2.DescribeInstancesInput{
		Filters:    []types.Filter{filter("tag:"+tag, value), states()},
		MaxResults: aws.Int32(pageSize),
	}
	if page != "" {
		in.NextToken = &page
	}
	out, err := i.ec2.DescribeInstances(ctx, in)
	if err != nil {
		return model.Page[model.Instance]{}, awserr.Wrap(op, err)
	}
	return model.Page[model.Instance]{Items: instancesOf(out), Next: aws.ToString(out.NextToken)}, nil
}

// ByID returns those of the instances that EC2 knows, whatever their state, terminated ones included. At most 200
// at once.
func (i *Instances) ByID(ctx context.Context, ids []string) ([]model.Instance, error) {
	const op = "find instances by id"
	if len(ids) == 0 {
		return nil, nil // without a value the filter would be none, and find everybody's
	}
	if len(ids) > maxIDs {
		return nil, &model.Error{Kind: model.Invalid, Op: op, Err: fmt.Errorf("%d ids, at most %d at once", len(ids), maxIDs)}
	}
	// By filter, since one unknown id among InstanceIds fails the whole call.
	out, err := i.ec2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []types.Filter{filter("instance-id", ids...)}})
	if err != nil {
		return nil, awserr.Wrap(op, err)
	}
	return instancesOf(out), nil
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}

func states() types.Filter {
	var names []string
	for _, s := range existing {
		names = append(names, string(s))
	}
	return filter("instance-state-name", names...)
}

func instancesOf(out *ec2.DescribeInstancesOutput) []model.Instance {
	var list []model.Instance
	for _, reservation := range out.Reservations {
		for _, instance := range reservation.Instances {
			list = append(list, instanceOf(instance))
		}
	}
	slices.SortFunc(list, byID)
	return list
}

func instanceOf(in types.Instance) model.Instance {
	out := model.Instance{
		ID:           aws.ToString(in.InstanceId),
		Type:         string(in.InstanceType),
		CapacityType: lifecycle(in.InstanceLifecycle),
		ImageID:      aws.ToString(in.ImageId),
		PrivateDNS:   aws.ToString(in.PrivateDnsName),
		LaunchedAt:   aws.ToTime(in.LaunchTime),
	}
	if in.Placement != nil {
		out.Zone = aws.ToString(in.Placement.AvailabilityZone)
	}
	if in.State != nil {
		out.State = string(in.State.Name)
	}
	for _, tag := range in.Tags {
		if out.Tags == nil {
			out.Tags = map[string]string{}
		}
		out.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return out
}

// lifecycle as a capacity type; EC2 leaves it out for on-demand.
func lifecycle(l types.InstanceLifecycleType) string {
	switch l {
	case types.InstanceLifecycleTypeSpot:
		return model.Spot
	case types.InstanceLifecycleTypeCapacityBlock, types.InstanceLifecycleTypeInterruptibleCapacityReservation:
		return model.Reserved
	}
	return model.OnDemand
}
