package emulator_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

// assume returns credentials of a role's session named "session".
func assume(t *testing.T, ctx context.Context, cfg aws.Config, role string) aws.Config {
	t.Helper()
	out := must[*sts.AssumeRoleOutput](t)(sts.NewFromConfig(cfg).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/" + role), RoleSessionName: aws.String("session"),
	}))
	c := out.Credentials
	return configured(t, ctx, credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken))
}

// presign makes the URL that an EKS token holds.
func presign(t *testing.T, ctx context.Context, cfg aws.Config, cluster string) string {
	t.Helper()
	p := sts.NewPresignClient(sts.NewFromConfig(cfg), func(o *sts.PresignOptions) {
		o.ClientOptions = append(o.ClientOptions, func(o *sts.Options) {
			o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("x-k8s-aws-id", cluster), smithyhttp.SetHeaderValue("X-Amz-Expires", "60"))
		})
	})
	req, err := p.PresignGetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	return req.URL
}

func get(t *testing.T, url, cluster string) (status int, body string) {
	t.Helper()
	req := must[*http.Request](t)(http.NewRequest(http.MethodGet, url, nil))
	req.Header.Set("Accept", "application/json")
	if cluster != "" {
		req.Header.Set("x-k8s-aws-id", cluster)
	}
	resp := must[*http.Response](t)(http.DefaultClient.Do(req))
	defer resp.Body.Close()
	return resp.StatusCode, string(must[[]byte](t)(io.ReadAll(resp.Body)))
}

func TestPresignedIdentity(t *testing.T) {
	ctx, cfg := fresh(t)
	url := presign(t, ctx, assume(t, ctx, cfg, "provision"), "demo")
	status, body := get(t, url, "demo")
	var said struct {
		GetCallerIdentityResponse struct {
			GetCallerIdentityResult struct{ Account, Arn, UserID string }
		}
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	if arn := said.GetCallerIdentityResponse.GetCallerIdentityResult.Arn; arn != "arn:aws:sts::123456789012:assumed-role/provision/session" {
		t.Errorf("arn %s", arn)
	}
	for name, bad := range map[string]struct{ url, cluster string }{
		"without the signed header": {url, ""},
		"of another cluster":        {url, "other"},
		"with another signature":    {strings.Replace(url, "X-Amz-Signature=", "X-Amz-Signature=0", 1), "demo"},
	} {
		if status, body := get(t, bad.url, bad.cluster); status != http.StatusForbidden {
			t.Errorf("a token %s: %d %s", name, status, body)
		}
	}
}

func TestClusterIsWhereItWasSaidToBe(t *testing.T) {
	ctx, cfg := fresh(t)
	c := eks.NewFromConfig(cfg)
	if err := running.SetCluster(ctx, "demo", "https://127.0.0.1:6443", []byte("PEM"), "1.35"); err != nil {
		t.Fatal(err)
	}
	_, err := c.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: aws.String("demo")})
	wantCode(t, err, "ResourceNotFoundException")
	must[*eks.CreateClusterOutput](t)(c.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: aws.String("demo"), RoleArn: aws.String("arn:aws:iam::123456789012:role/cluster"),
		ResourcesVpcConfig: &ekstypes.VpcConfigRequest{SubnetIds: []string{"subnet-1"}},
		AccessConfig:       &ekstypes.CreateAccessConfigRequest{AuthenticationMode: ekstypes.AuthenticationModeApi},
	}))
	got := must[*eks.DescribeClusterOutput](t)(c.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: aws.String("demo")})).Cluster
	seen := []string{*got.Arn, *got.Endpoint, *got.CertificateAuthority.Data, *got.Version, string(got.Status), string(got.AccessConfig.AuthenticationMode)}
	want := []string{"arn:aws:eks:us-east-1:123456789012:cluster/demo", "https://127.0.0.1:6443", "UEVN", "1.35", "ACTIVE", "API"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestClusterHasASecurityGroup(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	made := must[*eks.CreateClusterOutput](t)(eks.NewFromConfig(cfg).CreateCluster(ctx, &eks.CreateClusterInput{
		Name: aws.String("demo"), RoleArn: aws.String("arn:aws:iam::123456789012:role/cluster"),
		ResourcesVpcConfig: &ekstypes.VpcConfigRequest{SubnetIds: []string{s.subnets["us-east-1a"]}},
	}))
	found := must[*ec2.DescribeSecurityGroupsOutput](t)(s.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{filter("tag:kubernetes.io/cluster/demo", "owned")},
	}))
	if len(found.SecurityGroups) != 1 || *found.SecurityGroups[0].GroupId != aws.ToString(made.Cluster.ResourcesVpcConfig.ClusterSecurityGroupId) {
		t.Errorf("groups %+v, cluster %+v", found.SecurityGroups, made.Cluster.ResourcesVpcConfig)
	}
}

func TestAccessEntries(t *testing.T) {
	ctx, cfg := fresh(t)
	c, cluster, role := eks.NewFromConfig(cfg), aws.String("demo"), aws.String("arn:aws:iam::123456789012:role/provision")
	must[*eks.CreateClusterOutput](t)(c.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: cluster, RoleArn: role, ResourcesVpcConfig: &ekstypes.VpcConfigRequest{},
	}))
	in := &eks.CreateAccessEntryInput{ClusterName: cluster, PrincipalArn: role, KubernetesGroups: []string{"slipway:provision"}}
	made := must[*eks.CreateAccessEntryOutput](t)(c.CreateAccessEntry(ctx, in)).AccessEntry
	if *made.Username != "arn:aws:sts::123456789012:assumed-role/provision/{{SessionName}}" || *made.Type != "STANDARD" || made.CreatedAt == nil {
		t.Errorf("entry %+v", made)
	}
	in.ClientRequestToken = aws.String("another")
	_, err := c.CreateAccessEntry(ctx, in)
	wantCode(t, err, "ResourceInUseException")
	_, err = c.CreateAccessEntry(ctx, &eks.CreateAccessEntryInput{
		ClusterName: cluster, PrincipalArn: aws.String("arn:aws:iam::123456789012:role/other"), KubernetesGroups: []string{"system:masters"},
	})
	wantCode(t, err, "InvalidParameterException")
	nodes := must[*eks.CreateAccessEntryOutput](t)(c.CreateAccessEntry(ctx, &eks.CreateAccessEntryInput{
		ClusterName: cluster, PrincipalArn: aws.String("arn:aws:iam::123456789012:role/node"), Type: aws.String("EC2_LINUX"),
	})).AccessEntry
	if *nodes.Username != "system:node:{{EC2PrivateDNSName}}" || nodes.KubernetesGroups[0] != "system:nodes" {
		t.Errorf("entry of nodes %+v", nodes)
	}
	shown := must[*eks.DescribeAccessEntryOutput](t)(c.DescribeAccessEntry(ctx, &eks.DescribeAccessEntryInput{ClusterName: cluster, PrincipalArn: role}))
	if shown.AccessEntry.KubernetesGroups[0] != "slipway:provision" {
		t.Errorf("entry %+v", shown.AccessEntry)
	}
	listed := must[*eks.ListAccessEntriesOutput](t)(c.ListAccessEntries(ctx, &eks.ListAccessEntriesInput{ClusterName: cluster}))
	if len(listed.AccessEntries) != 2 {
		t.Errorf("entries %v", listed.AccessEntries)
	}
	must[*eks.DeleteAccessEntryOutput](t)(c.DeleteAccessEntry(ctx, &eks.DeleteAccessEntryInput{ClusterName: cluster, PrincipalArn: role}))
	_, err = c.DescribeAccessEntry(ctx, &eks.DescribeAccessEntryInput{ClusterName: cluster, PrincipalArn: role})
	wantCode(t, err, "ResourceNotFoundException")
}
