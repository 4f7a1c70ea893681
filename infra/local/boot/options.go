package boot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// EC2 is what the stand-in asks of EC2; *ec2.Client is one.
type EC2 interface {
	DescribeInstances(context.Context, *ec2.DescribeInstancesInput, ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error)
	DescribeInstanceAttribute(context.Context, *ec2.DescribeInstanceAttributeInput, ...func(*ec2.Options)) (*ec2.DescribeInstanceAttributeOutput, error)
	DescribeVolumes(context.Context, *ec2.DescribeVolumesInput, ...func(*ec2.Options)) (*ec2.DescribeVolumesOutput, error)
}

// Options of Run. The first block is required; a zero duration in the second means its default.
type Options struct {
	EC2 EC2
	// Types gives the shape of an instance type; LoadTypes makes one from DescribeInstanceTypes. An instance of a type
	// that it does not know never joins.
	Types func(instanceType string) (Type, bool)
	// Cluster is the EKS cluster's name. User data must give the same, or the instance never joins.
	Cluster string
	// Server is the API server's URL, as the cluster's endpoint says it in user data.
	Server string
	// CACert and CAKey are PEM files: the authority that the API server trusts for client certificates.
	CACert, CAKey string
	// AdminKubeconfig is a file: for the cloud controller's part and for the one watch that serves all nodes.
	AdminKubeconfig string

	Poll        time.Duration // between two looks at EC2; default 200 ms
	BootDelay   time.Duration // instance running -> Node; default 2 s, for the 30 to 60 s of a real boot
	ReadyDelay  time.Duration // Node -> Ready, the network plugin's start; default 500 ms
	DeviceDelay time.Duration // Ready -> extended resources, the device plugin's start; default 1 s
	StartDelay  time.Duration // pod bound -> Running; default 300 ms
	StopDelay   time.Duration // SIGTERM -> containers gone, or the pod's grace period if shorter; default 1 s
	CloudPeriod time.Duration // between two looks of the cloud controller at Nodes that are not Ready; default 5 s
	// CloudDeletesReady lets the cloud controller delete a terminated instance's Node at once. A real one looks only at
	// Nodes that are no longer Ready, which takes the 50 s after the last heartbeat.
	CloudDeletesReady bool
	// MemoryLoss is the share of an instance's nominal memory that its kernel never sees; default 0.07. Planners that
	// follow Karpenter assume 0.075: above that, pods are planned onto nodes that they do not fit.
	MemoryLoss float64
	Log        *slog.Logger // default: discard
}

// complete checks what is required and fills in the defaults.
func (o Options) complete() (Options, error) {
	if o.EC2 == nil || o.Types == nil {
		return o, errors.New("boot: Options.EC2 and Options.Types are required")
	}
	for _, required := range []struct{ name, value string }{
		{"Cluster", o.Cluster}, {"Server", o.Server}, {"CACert", o.CACert}, {"CAKey", o.CAKey},
		{"AdminKubeconfig", o.AdminKubeconfig},
	} {
		if required.value == "" {
			return o, errors.New("boot: Options." + required.name + " is required")
		}
	}
	for _, d := range []struct {
		value    *time.Duration
		fallback time.Duration
	}{
		{&o.Poll, 200 * time.Millisecond},
		{&o.BootDelay, 2 * time.Second},
		{&o.ReadyDelay, 500 * time.Millisecond},
		{&o.DeviceDelay, time.Second},
		{&o.StartDelay, 300 * time.Millisecond},
		{&o.StopDelay, time.Second},
		{&o.CloudPeriod, 5 * time.Second},
	} {
		if *d.value == 0 {
			*d.value = d.fallback
		}
	}
	if o.MemoryLoss == 0 {
		o.MemoryLoss = 0.07
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}
