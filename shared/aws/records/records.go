// Package records keeps objects in the bucket: the catalog of each cluster, which decisions read, and the records of
// decisions, from which they can be replayed.
//
//	catalog/<cluster key>.json.gz
//	decisions/...                  named by the function that decided
package records

import (
	"bytes"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
)

// timeout of one HTTP request: a catalog has about a megabyte.
const timeout = 10 * time.Second

// Records in one bucket. It is safe for concurrent use.
type Records struct {
	client *s3.Client
	bucket string
}

// New returns the records in the bucket.
func New(cfg aws.Config, bucket string) *Records {
	return &Records{bucket: bucket, client: s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.DisableLogOutputChecksumValidationSkipped = true // gzip has a checksum of its own
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})}
}

// PutDecision stores a decision record under the key, in place of one that is there: the same decision has the same
// key and the same body.
func (r *Records) PutDecision(ctx context.Context, key string, body []byte) error {
	_, err := r.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &r.bucket, Key: aws.String(key), Body: bytes.NewReader(body)})
	return awserr.Wrap("put decision "+key, err)
}
