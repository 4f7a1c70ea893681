// Package account makes what an AWS account has before Slipway comes: a network, roles, an EKS cluster. On the
// emulator it stands for what a platform team's own stacks would have made.
package account

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Tag by which node classes in Karpenter's documentation find subnets and security groups; its value is the cluster's
// name.
const Tag = "karpenter.sh/discovery"

// Account is what was made.
type Account struct {
	Subnets       []string
	SecurityGroup string
}

// zones of the network, each with a /20 of its own.
func zones(region string) []string { return []string{region + "a", region + "b", region + "c"} }

// Make makes network, the nodes' role and the cluster.
func Make(ctx context.Context, cfg aws.Config, cluster, version, nodeRole string) (*Account, error) {
	a, err := network(ctx, ec2.NewFromConfig(cfg), cfg.Region, cluster)
	if err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	roles := iam.NewFromConfig(cfg)
	if err := role(ctx, roles, nodeRole, "ec2.amazonaws.com"); err != nil {
		return nil, err
	}
	if err := role(ctx, roles, "eks-"+cluster, "eks.amazonaws.com"); err != nil {
		return nil, err
	}
	_, err = eks.NewFromConfig(cfg).CreateCluster(ctx, &eks.CreateClusterInput{
		Name: &cluster, Version: &version, RoleArn: aws.String("arn:aws:iam::123456789012:role/eks-" + cluster),
		ResourcesVpcConfig:      &ekstypes.VpcConfigRequest{SubnetIds: a.Subnets, SecurityGroupIds: []string{a.SecurityGroup}},
		AccessConfig:            &ekstypes.CreateAccessConfigRequest{AuthenticationMode: ekstypes.AuthenticationModeApi},
		KubernetesNetworkConfig: &ekstypes.KubernetesNetworkConfigRequest{ServiceIpv4Cidr: aws.String("10.96.0.0/16")},
	})
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", cluster, err)
	}
	return a, nil
}

func network(ctx context.Context, c *ec2.Client, region, cluster string) (*Account, error) {
	vpc, err := c.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	if err != nil {
		return nil, err
	}
	a := &Account{}
	for i, zone := range zones(region) {
		subnet, err := c.CreateSubnet(ctx, &ec2.CreateSubnetInput{
			VpcId: vpc.Vpc.VpcId, AvailabilityZone: &zone, CidrBlock: aws.String(fmt.Sprintf("10.0.%d.0/20", 16*i)),
			TagSpecifications: tags(ec2types.ResourceTypeSubnet, cluster),
		})
		if err != nil {
			return nil, err
		}
		a.Subnets = append(a.Subnets, aws.ToString(subnet.Subnet.SubnetId))
	}
	group, err := c.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("eks-nodes-" + cluster), Description: aws.String("nodes of " + cluster), VpcId: vpc.Vpc.VpcId,
		TagSpecifications: tags(ec2types.ResourceTypeSecurityGroup, cluster),
	})
	if err != nil {
		return nil, err
	}
	a.SecurityGroup = aws.ToString(group.GroupId)
	return a, nil
}

func tags(kind ec2types.ResourceType, cluster string) []ec2types.TagSpecification {
	return []ec2types.TagSpecification{{ResourceType: kind, Tags: []ec2types.Tag{{Key: aws.String(Tag), Value: &cluster}}}}
}

func role(ctx context.Context, c *iam.Client, name, service string) error {
	trust, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Principal": map[string]string{"Service": service}, "Action": "sts:AssumeRole",
		}},
	})
	if err != nil {
		return err
	}
	_, err = c.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(string(trust))})
	if err != nil {
		return fmt.Errorf("role %s: %w", name, err)
	}
	return nil
}

// Role makes the role that a function of Slipway assumes for a cluster.
func Role(ctx context.Context, cfg aws.Config, name string) error {
	return role(ctx, iam.NewFromConfig(cfg), name, "lambda.amazonaws.com")
}
