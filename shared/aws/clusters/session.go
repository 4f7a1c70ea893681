package clusters

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/slipway-dev/slipway/shared/model"
)

const (
	// timeout of one HTTP request to STS or EKS.
	timeout = 5 * time.Second
	// renewBefore is how long before its end a session is renewed: a call begun now must not outlive it.
	renewBefore = 5 * time.Minute
)

// Config for the services of the cluster's account and region, under the role that the function has for the
// cluster. It calls nobody; the session begins with its first use.
func (c *Clusters) Config(cluster model.Cluster, function string) aws.Config {
	id := sessionOf(cluster, function)
	c.mu.Lock()
	defer c.mu.Unlock()
	if cfg, ok := c.sessions[id]; ok {
		return cfg
	}
	cfg := c.cfg.Copy()
	if cluster.Region != "" {
		cfg.Region = cluster.Region
	}
	if cluster.RolePrefix != "" {
		cfg.Credentials = c.assume(cluster, function)
	}
	c.sessions[id] = cfg
	return cfg
}

// assume returns credentials that take on the role when they are needed, named so that CloudTrail tells function
// and cluster.
func (c *Clusters) assume(cluster model.Cluster, function string) aws.CredentialsProvider {
	client := sts.NewFromConfig(c.cfg, func(o *sts.Options) {
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})
	role := stscreds.NewAssumeRoleProvider(client, cluster.RolePrefix+function, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cluster.Key + "-" + function
	})
	return aws.NewCredentialsCache(role, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = renewBefore })
}
