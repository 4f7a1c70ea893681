// Package offerings tells which instance types a region has, what they are made of, and in which zones they are.
package offerings

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Offerings reads what EC2 offers an account in one region.
type Offerings struct{ client *ec2.Client }

// New makes Offerings of a session.
func New(cfg aws.Config) Offerings { return Offerings{ec2.NewFromConfig(cfg)} }

// Machines lists the instance types, a page at a time.
func (o Offerings) Machines(ctx context.Context, page string) (model.Page[model.Machine], error) {
	in := &ec2.DescribeInstanceTypesInput{
		MaxResults: aws.Int32(100), // the most that it gives
		Filters: []types.Filter{
			{Name: aws.String("supported-virtualization-type"), Values: []string{"hvm"}},
			{Name: aws.String("processor-info.supported-architecture"), Values: []string{"x86_64", "arm64"}},
		},
	}
	if page != "" {
		in.NextToken = &page
	}
	out, err := o.client.DescribeInstanceTypes(ctx, in)
	if err != nil {
		return model.Page[model.Machine]{}, awserr.Wrap("describe instance types", err)
	}
	found := model.Page[model.Machine]{Next: aws.ToString(out.NextToken)}
	for _, info := range out.InstanceTypes {
		found.Items = append(found.Items, machine(info))
	}
	return found, nil
}

// Zones lists which zone has which type, a page at a time.
func (o Offerings) Zones(ctx context.Context, page string) (model.Page[model.TypeZone], error) {
	in := &ec2.DescribeInstanceTypeOfferingsInput{
		LocationType: types.LocationTypeAvailabilityZone,
		MaxResults:   aws.Int32(1000),
	}
	if page != "" {
		in.NextToken = &page
	}
	out, err := o.client.DescribeInstanceTypeOfferings(ctx, in)
	if err != nil {
		return model.Page[model.TypeZone]{}, awserr.Wrap("describe instance type offerings", err)
	}
	found := model.Page[model.TypeZone]{Next: aws.ToString(out.NextToken)}
	for _, x := range out.InstanceTypeOfferings {
		found.Items = append(found.Items, model.TypeZone{Type: string(x.InstanceType), Zone: aws.ToString(x.Location)})
	}
	return found, nil
}
