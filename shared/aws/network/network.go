// Package network finds the subnets and security groups that node classes select.
package network

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Network reads an account's network in one region.
type Network struct{ client *ec2.Client }

// New makes a Network of a session.
func New(cfg aws.Config) Network { return Network{ec2.NewFromConfig(cfg)} }

// pageSize is what DescribeSubnets and DescribeSecurityGroups give at most.
const pageSize = 1000

// Subnets lists the subnets that the selector picks, a page at a time.
func (n Network) Subnets(ctx context.Context, selector model.Selector, page string) (model.Page[model.Subnet], error) {
	out, err := n.client.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: filters(selector, "subnet-id", ""), MaxResults: aws.Int32(pageSize), NextToken: token(page),
	})
	if err != nil {
		return model.Page[model.Subnet]{}, awserr.Wrap("describe subnets", err)
	}
	found := model.Page[model.Subnet]{Next: aws.ToString(out.NextToken)}
	for _, s := range out.Subnets {
		found.Items = append(found.Items, model.Subnet{
			ID:     aws.ToString(s.SubnetId),
			Zone:   aws.ToString(s.AvailabilityZone),
			ZoneID: aws.ToString(s.AvailabilityZoneId),
			Free:   int64(aws.ToInt32(s.AvailableIpAddressCount)),
		})
	}
	return found, nil
}

// SecurityGroups lists the security groups that the selector picks, a page at a time.
func (n Network) SecurityGroups(ctx context.Context, selector model.Selector, page string) (model.Page[model.SecurityGroup], error) {
	out, err := n.client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: filters(selector, "group-id", "group-name"), MaxResults: aws.Int32(pageSize), NextToken: token(page),
	})
	if err != nil {
		return model.Page[model.SecurityGroup]{}, awserr.Wrap("describe security groups", err)
	}
	found := model.Page[model.SecurityGroup]{Next: aws.ToString(out.NextToken)}
	for _, g := range out.SecurityGroups {
		found.Items = append(found.Items, model.SecurityGroup{ID: aws.ToString(g.GroupId), Name: aws.ToString(g.GroupName)})
	}
	return found, nil
}

func token(page string) *string {
	if page == "" {
		return nil
	}
	return &page
}
