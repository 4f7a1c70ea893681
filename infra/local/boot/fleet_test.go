package boot

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// fakeEC2 holds instances and answers in pages.
type fakeEC2 struct {
	pageSize int

	mu        sync.Mutex
	instances []types.Instance
	userData  map[string]string // by instance id
	volumes   map[string][]types.Volume
}

func newFakeEC2(pageSize int) *fakeEC2 {
	return &fakeEC2{pageSize: pageSize, userData: map[string]string{}, volumes: map[string][]types.Volume{}}
}

// launch adds an instance that runs. Its number makes its id, name and address.
func (f *fakeEC2) launch(number int, instanceType, userData string) types.Instance {
	f.mu.Lock()
	defer f.mu.Unlock()
	instance := types.Instance{
		InstanceId:       aws.String(fmt.Sprintf("i-%017x", number)),
		InstanceType:     types.InstanceType(instanceType),
		PrivateDnsName:   aws.String(fmt.Sprintf("ip-10-0-0-%d.us-west-2.compute.internal", number)),
		PrivateIpAddress: aws.String(fmt.Sprintf("10.0.0.%d", number)),
		Placement:        &types.Placement{AvailabilityZone: aws.String("us-west-2b"), AvailabilityZoneId: aws.String("usw2-az2")},
		State:            &types.InstanceState{Name: types.InstanceStateNameRunning},
	}
	f.instances = append(f.instances, instance)
	f.userData[*instance.InstanceId] = userData
	return instance
}

// set changes the state of an instance.
func (f *fakeEC2) set(instance types.Instance, state types.InstanceStateName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.instances {
		if *f.instances[i].InstanceId == *instance.InstanceId {
			f.instances[i].State = &types.InstanceState{Name: state}
		}
	}
}

func (f *fakeEC2) DescribeInstances(_ context.Context, in *ec2.DescribeInstancesInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var matching []types.Instance
	for _, filter := range in.Filters {
		for _, instance := range f.instances {
			value := map[string]string{
				"instance-id": *instance.InstanceId, "instance-state-name": string(instance.State.Name),
			}[*filter.Name]
			if slices.Contains(filter.Values, value) {
				matching = append(matching, instance)
			}
		}
	}
	from, _ := strconv.Atoi(aws.ToString(in.NextToken))
	to := min(from+f.pageSize, len(matching))
	out := &ec2.DescribeInstancesOutput{}
	for _, instance := range matching[from:to] { // one reservation each, as after separate launches
		out.Reservations = append(out.Reservations, types.Reservation{Instances: []types.Instance{instance}})
	}
	if to < len(matching) {
		out.NextToken = aws.String(strconv.Itoa(to))
	}
	return out, nil
}

func (f *fakeEC2) DescribeInstanceAttribute(_ context.Context, in *ec2.DescribeInstanceAttributeInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstanceAttributeOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	value := base64.StdEncoding.EncodeToString([]byte(f.userData[*in.InstanceId]))
	return &ec2.DescribeInstanceAttributeOutput{UserData: &types.AttributeValue{Value: &value}}, nil
}

func (f *fakeEC2) DescribeVolumes(_ context.Context, in *ec2.DescribeVolumesInput, _ ...func(*ec2.Options)) (*ec2.DescribeVolumesOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &ec2.DescribeVolumesOutput{Volumes: f.volumes[in.Filters[0].Values[0]]}, nil
}

func TestFleetPoll(t *testing.T) {
	cloud := newFakeEC2(2)
	instances := &fleet{ec2: cloud}
	expect := func(what string, appearing, going int) {
		t.Helper()
		appeared, gone, err := instances.poll(t.Context())
		if err != nil || len(appeared) != appearing || len(gone) != going {
			t.Fatalf("%s: %d appeared, %d gone, %v; want %d and %d", what, len(appeared), len(gone), err, appearing, going)
		}
	}
	expect("empty", 0, 0)
	var launched []types.Instance
	for number := range 5 { // three pages
		launched = append(launched, cloud.launch(number+1, "m5.large", ""))
	}
	expect("launched", 5, 0)
	expect("unchanged", 0, 0)
	cloud.set(launched[2], types.InstanceStateNameStopped)
	cloud.set(launched[3], types.InstanceStateNameTerminated)
	expect("two ended", 0, 2)
	if _, running := instances.find(*launched[2].InstanceId); running {
		t.Error("a stopped instance is said to run")
	}
	states, err := instances.states(t.Context(), []string{*launched[2].InstanceId, *launched[3].InstanceId, "i-unknown"})
	if err != nil {
		t.Fatal(err)
	}
	if len(states) != 2 || states[*launched[2].InstanceId] != "stopped" || states[*launched[3].InstanceId] != "terminated" {
		t.Errorf("states are %v", states)
	}
	cloud.set(launched[2], types.InstanceStateNameRunning)
	expect("one is back", 1, 0)
}
