package clusters

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Endpoint is where a cluster's API is.
type Endpoint struct {
	URL     string
	CA      []byte // PEM
	Version string // of Kubernetes, such as 1.37
}

// Endpoint of the cluster, from memory or from EKS. It does not change but for the certificate authority, which the
// caller notices as a failed handshake (Forget). NotFound when there is no such cluster; NoAnswer while it is being
// made.
func (c *Clusters) Endpoint(ctx context.Context, cluster model.Cluster, function string) (Endpoint, error) {
	if e, ok := c.remembered(cluster); ok {
		return e, nil
	}
	op := "describe cluster " + cluster.Name
	found, err := c.describe(ctx, op, cluster, function)
	if err != nil {
		return Endpoint{}, err
	}
	e, err := endpointOf(found)
	if err != nil {
		return Endpoint{}, &model.Error{Kind: model.NoAnswer, Op: op, Err: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endpoints[cluster.Key] = e
	return e, nil
}

func (c *Clusters) describe(ctx context.Context, op string, cluster model.Cluster, function string) (*types.Cluster, error) {
	client := eks.NewFromConfig(c.Config(cluster, function), func(o *eks.Options) {
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})
	out, err := client.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: aws.String(cluster.Name)})
	if err != nil {
		return nil, awserr.Wrap(op, err)
	}
	return out.Cluster, nil
}

func (c *Clusters) remembered(cluster model.Cluster) (Endpoint, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.endpoints[cluster.Key]
	return e, ok
}

func endpointOf(c *types.Cluster) (Endpoint, error) {
	if c == nil || aws.ToString(c.Endpoint) == "" || c.CertificateAuthority == nil {
		var status types.ClusterStatus
		if c != nil {
			status = c.Status
		}
		return Endpoint{}, fmt.Errorf("it has no endpoint yet, its status is %q", status)
	}
	ca, err := base64.StdEncoding.DecodeString(aws.ToString(c.CertificateAuthority.Data))
	if err != nil {
		return Endpoint{}, fmt.Errorf("its certificate authority: %w", err)
	}
	return Endpoint{URL: aws.ToString(c.Endpoint), CA: ca, Version: aws.ToString(c.Version)}, nil
}
