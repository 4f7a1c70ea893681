package clusters

import (
	"context"
	"encoding/base64"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	tokenPrefix = "k8s-aws-v1."
	// tokenFor is how long a token is used. A cluster takes one for 15 minutes after it was signed.
	tokenFor = 14 * time.Minute
	// signedHeader binds a token to one cluster: another one does not take it.
	signedHeader = "x-k8s-aws-id"
)

type token struct {
	text  string
	until time.Time
}

// Token by which the function authenticates to the cluster's API: a signed request to STS that the cluster sends to
// learn who signed it. Signing calls nobody, but the session behind it may have to begin. The token is kept for 14
// minutes, or until the session's credentials end.
func (c *Clusters) Token(ctx context.Context, cluster model.Cluster, function string) (string, error) {
	id := sessionOf(cluster, function)
	c.mu.Lock()
	kept := c.tokens[id]
	c.mu.Unlock()
	if c.now().Before(kept.until) {
		return kept.text, nil
	}
	made, err := c.sign(ctx, cluster, function)
	if err != nil {
		return "", awserr.Wrap("sign a token for cluster "+cluster.Name, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens[id] = made
	return made.text, nil
}

func (c *Clusters) sign(ctx context.Context, cluster model.Cluster, function string) (token, error) {
	cfg := c.Config(cluster, function)
	if cfg.Credentials == nil {
		return token{}, &model.Error{Kind: model.Denied, Op: "sign", Code: "NoCredentials"}
	}
	now := c.now()
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return token{}, err
	}
	until := now.Add(tokenFor)
	if credentials.CanExpire && credentials.Expires.Before(until) {
		until = credentials.Expires
	}
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil })
	request, err := sts.NewPresignClient(sts.NewFromConfig(cfg)).PresignGetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}, func(o *sts.PresignOptions) {
		o.ClientOptions = append(o.ClientOptions, func(o *sts.Options) {
			o.APIOptions = append(o.APIOptions,
				smithyhttp.SetHeaderValue(signedHeader, cluster.Name),
				smithyhttp.SetHeaderValue("X-Amz-Expires", "60"))
		})
	})
	if err != nil {
		return token{}, err
	}
	return token{tokenPrefix + base64.RawURLEncoding.EncodeToString([]byte(request.URL)), until}, nil
}
