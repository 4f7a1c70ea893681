package boot

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// fleet is what EC2 last said about running instances.
type fleet struct {
	ec2 EC2

	mu      sync.Mutex
	running map[string]types.Instance // by id; replaced by each poll
}

// poll looks at EC2 once and says what has changed since the last poll.
func (f *fleet) poll(ctx context.Context) (appeared []types.Instance, gone []string, err error) {
	list, err := f.describe(ctx, types.Filter{Name: aws.String("instance-state-name"), Values: []string{"running"}})
	if err != nil {
		return nil, nil, err
	}
	now := map[string]types.Instance{}
	for _, instance := range list {
		now[aws.ToString(instance.InstanceId)] = instance
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, instance := range now {
		if _, before := f.running[id]; !before {
			appeared = append(appeared, instance)
		}
	}
	for id := range f.running {
		if _, still := now[id]; !still {
			gone = append(gone, id)
		}
	}
	f.running = now
	return appeared, gone, nil
}

// find gives a running instance by its id.
func (f *fleet) find(id string) (types.Instance, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	instance, ok := f.running[id]
	return instance, ok
}

// idsPerFilter is EC2's limit of values in one filter.
const idsPerFilter = 200

// states asks EC2 for the states of instances. An id that EC2 does not know is absent from the answer, which is why
// this filters: naming an unknown id outright fails the whole call.
func (f *fleet) states(ctx context.Context, ids []string) (map[string]types.InstanceStateName, error) {
	states := map[string]types.InstanceStateName{}
	for chunk := range slices.Chunk(ids, idsPerFilter) {
		list, err := f.describe(ctx, types.Filter{Name: aws.String("instance-id"), Values: chunk})
		if err != nil {
			return nil, err
		}
		for _, instance := range list {
			if instance.State != nil {
				states[aws.ToString(instance.InstanceId)] = instance.State.Name
			}
		}
	}
	return states, nil
}

func (f *fleet) describe(ctx context.Context, filter types.Filter) ([]types.Instance, error) {
	var list []types.Instance
	input := &ec2.DescribeInstancesInput{Filters: []types.Filter{filter}, MaxResults: aws.Int32(1000)}
	for {
		page, err := f.ec2.DescribeInstances(ctx, input)
		if err != nil {
			return nil, fmt.Errorf("boot: describe instances: %w", err)
		}
		for _, reservation := range page.Reservations {
			list = append(list, reservation.Instances...)
		}
		if aws.ToString(page.NextToken) == "" {
			return list, nil
		}
		input.NextToken = page.NextToken
	}
}
