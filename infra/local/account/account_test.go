package account_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/slipway-dev/slipway/infra/local/account"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// TestMake: what node classes in Karpenter's documentation look for is there to be found: one subnet in each zone and a
// security group by the discovery tag, the nodes' role by its name, the cluster.
func TestMake(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the AWS emulator")
	}
	running, err := emulator.Start(t.Context(), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { running.Stop() })
	cfg, err := awsconfig.LoadDefaultConfig(t.Context(),
		awsconfig.WithRegion(emulator.Region), awsconfig.WithBaseEndpoint(running.URL),
		awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("dummy", "dummy", "")))
	if err != nil {
		t.Fatal(err)
	}
	made, err := account.Make(t.Context(), cfg, "demo", "1.37", "nodes")
	if err != nil {
		t.Fatal(err)
	}

	tagged := []ec2types.Filter{{Name: aws.String("tag:" + account.Tag), Values: []string{"demo"}}}
	subnets, err := ec2.NewFromConfig(cfg).DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{Filters: tagged})
	if err != nil {
		t.Fatal(err)
	}
	zones := map[string]bool{}
	for _, s := range subnets.Subnets {
		zones[aws.ToString(s.AvailabilityZone)] = true
	}
	if len(zones) != 3 || len(subnets.Subnets) != 3 {
		t.Errorf("%d subnets in the zones %v, want one in each of 3", len(subnets.Subnets), zones)
	}
	groups, err := ec2.NewFromConfig(cfg).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: tagged})
	if err != nil || len(groups.SecurityGroups) != 1 || aws.ToString(groups.SecurityGroups[0].GroupId) != made.SecurityGroup {
		t.Errorf("security groups %+v, %v; want %s", groups, err, made.SecurityGroup)
	}
	if _, err := iam.NewFromConfig(cfg).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("nodes")}); err != nil {
		t.Errorf("the nodes' role: %v", err)
	}
	cluster, err := eks.NewFromConfig(cfg).DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String("demo")})
	if err != nil || aws.ToString(cluster.Cluster.Version) != "1.37" {
		t.Errorf("the cluster: %+v, %v", cluster, err)
	}
}
