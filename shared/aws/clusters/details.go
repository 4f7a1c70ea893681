package clusters

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/slipway-dev/slipway/shared/model"
)

// Details are what a node must know to join the cluster, always asked anew: after an upgrade the version is another,
// and with it the images. NoAnswer while the cluster is being made.
func (c *Clusters) Details(ctx context.Context, cluster model.Cluster, function string) (model.ClusterDetails, error) {
	op := "describe cluster " + cluster.Name
	found, err := c.describe(ctx, op, cluster, function)
	if err != nil {
		return model.ClusterDetails{}, err
	}
	if _, err := endpointOf(found); err != nil {
		return model.ClusterDetails{}, &model.Error{Kind: model.NoAnswer, Op: op, Err: err}
	}
	if found.KubernetesNetworkConfig == nil {
		return model.ClusterDetails{}, &model.Error{Kind: model.NoAnswer, Op: op, Err: errors.New("it has no network yet")}
	}
	network := found.KubernetesNetworkConfig
	cidr := aws.ToString(network.ServiceIpv4Cidr)
	if cidr == "" {
		cidr = aws.ToString(network.ServiceIpv6Cidr)
	}
	return model.ClusterDetails{
		Endpoint:    aws.ToString(found.Endpoint),
		CA:          aws.ToString(found.CertificateAuthority.Data),
		Version:     aws.ToString(found.Version),
		ServiceCIDR: cidr,
	}, nil
}
