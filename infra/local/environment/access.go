package environment

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/slipway-dev/slipway/infra/local/account"
)

const (
	// group is what every function but install belongs to inside the cluster; install binds a ClusterRole to it.
	group       = "slipway"
	adminPolicy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
)

// grant makes the role that a function has for the cluster, and its access entry: a group for all, and for install the
// access policy of an administrator.
func (e *Environment) grant(ctx context.Context, function string) error {
	name := e.roleName(function)
	if err := account.Role(ctx, e.Config, name); err != nil {
		return err
	}
	principal := e.Cluster.RolePrefix + function
	client := eks.NewFromConfig(e.Config)
	_, err := client.CreateAccessEntry(ctx, &eks.CreateAccessEntryInput{
		ClusterName: aws.String(ClusterName), PrincipalArn: &principal,
		Username: aws.String("slipway:" + function), KubernetesGroups: []string{group},
	})
	if err != nil {
		return fmt.Errorf("access entry of %s: %w", function, err)
	}
	if function != "install" {
		return nil
	}
	_, err = client.AssociateAccessPolicy(ctx, &eks.AssociateAccessPolicyInput{
		ClusterName: aws.String(ClusterName), PrincipalArn: &principal, PolicyArn: aws.String(adminPolicy),
		AccessScope: &ekstypes.AccessScope{Type: ekstypes.AccessScopeTypeCluster},
	})
	if err != nil {
		return fmt.Errorf("access policy of %s: %w", function, err)
	}
	return nil
}

// roleName is RolePrefix and the function's name, without the ARN's front.
func (e *Environment) roleName(function string) string {
	return e.Pipeline.Prefix + "-" + e.Cluster.Key + "-" + function
}

// accessEntry is what EKS does with a role that presents itself: its access entry's user and groups; the access policy
// of an administrator is the group of administrators.
func (e *Environment) accessEntry(roleARN string) (username string, groups []string, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	client := eks.NewFromConfig(e.Config)
	entry, err := client.DescribeAccessEntry(ctx, &eks.DescribeAccessEntryInput{ClusterName: aws.String(ClusterName), PrincipalArn: &roleARN})
	if err != nil {
		e.log.Warn("role without access entry", "role", roleARN, "error", err)
		return "", nil, false
	}
	groups = entry.AccessEntry.KubernetesGroups
	policies, err := client.ListAssociatedAccessPolicies(ctx, &eks.ListAssociatedAccessPoliciesInput{ClusterName: aws.String(ClusterName), PrincipalArn: &roleARN})
	if err == nil {
		for _, p := range policies.AssociatedAccessPolicies {
			if aws.ToString(p.PolicyArn) == adminPolicy {
				groups = append(groups, "system:masters")
			}
		}
	}
	return aws.ToString(entry.AccessEntry.Username), groups, true
}
