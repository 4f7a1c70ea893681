package scenario

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/infra/local/account"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/shared/model"
)

func (r *run) stock(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 4, 4, "stock TYPE ZONE CAPACITY N")
	any := strings.NewReplacer("*", "")
	ts.Check(r.env.AWS.SetICE(r.ctx, emulator.Pool{
		Type: any.Replace(args[0]), Zone: any.Replace(args[1]), CapacityType: any.Replace(args[2]), Remaining: number(ts, args[3]),
	}))
}

func (r *run) restock(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(r.env.AWS.SetICE(r.ctx))
}

func (r *run) quota(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Check(r.env.AWS.SetQuota(r.ctx))
		return
	}
	expect(ts, args, 2, 2, "quota CAPACITY VCPUS")
	ts.Check(r.env.AWS.SetQuota(r.ctx, emulator.Quota{CapacityType: args[0], VCPUs: number(ts, args[1])}))
}

func (r *run) addresses(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Check(r.env.AWS.SetFreeAddresses(r.ctx))
		return
	}
	expect(ts, args, 2, 2, "addresses ZONE N")
	found, err := ec2.NewFromConfig(r.env.Config).DescribeSubnets(r.ctx, &ec2.DescribeSubnetsInput{
		Filters: []ec2types.Filter{
			{Name: aws.String("availability-zone"), Values: args[:1]},
			{Name: aws.String("tag-key"), Values: []string{account.Tag}},
		},
	})
	ts.Check(err)
	if len(found.Subnets) != 1 {
		ts.Fatalf("%d subnets of ours in %s, want one", len(found.Subnets), args[0])
	}
	ts.Check(r.env.AWS.SetFreeAddresses(r.ctx, emulator.FreeAddresses{
		SubnetID: aws.ToString(found.Subnets[0].SubnetId), Free: number(ts, args[1]),
	}))
}

func (r *run) fault(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 3, 3, "fault SERVICE ACTION lost|answer500|error")
	ts.Check(r.env.AWS.Arm(r.ctx, emulator.Fault{Service: args[0], Action: args[1], Kind: emulator.FaultKind(args[2])}))
}

func (r *run) instances(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 1, 2, "instances N|+N [WITHIN]")
	want := number(ts, args[0])
	if strings.HasPrefix(args[0], "+") {
		want += r.counted
	}
	r.wait(ts, limit(ts, args, 1), func() (bool, string) {
		living, err := r.living()
		if err != nil {
			return false, err.Error()
		}
		return len(living) == want, fmt.Sprintf("%d instances, want %d: %v", len(living), want, living)
	})
	r.counted = want
}

// living maps every living instance to the claim that its tag names.
func (r *run) living() (map[string]string, error) {
	out := map[string]string{}
	pages := ec2.NewDescribeInstancesPaginator(ec2.NewFromConfig(r.env.Config), &ec2.DescribeInstancesInput{
		Filters: []ec2types.Filter{{Name: aws.String("instance-state-name"), Values: []string{"pending", "running"}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(r.ctx)
		if err != nil {
			return nil, err
		}
		for _, reservation := range page.Reservations {
			for _, i := range reservation.Instances {
				out[aws.ToString(i.InstanceId)] = tag(i.Tags, model.TagClaim)
			}
		}
	}
	return out, nil
}

func tag(tags []ec2types.Tag, key string) string {
	for _, t := range tags {
		if aws.ToString(t.Key) == key {
			return aws.ToString(t.Value)
		}
	}
	return ""
}
