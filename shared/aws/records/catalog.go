package records

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// maxCatalog is the most that a catalog may unpack to, in bytes: 1,400 types in six zones have about 4 MB.
const maxCatalog = 64 << 20

func catalogKey(cluster string) *string { return aws.String("catalog/" + cluster + ".json.gz") }

// Catalog reads the catalog of the cluster, unless it is still the one of the etag, of which nil comes back. An
// empty etag reads it in any case. NotFound when there is none yet; NoAnswer for one of a newer schema.
func (r *Records) Catalog(ctx context.Context, cluster, etag string) (*model.Catalog, string, error) {
	op := "read catalog of cluster " + cluster
	in := &s3.GetObjectInput{Bucket: &r.bucket, Key: catalogKey(cluster)}
	if etag != "" {
		in.IfNoneMatch = &etag
	}
	out, err := r.client.GetObject(ctx, in)
	if unchanged(err) {
		return nil, etag, nil
	}
	if err != nil {
		return nil, "", awserr.Wrap(op, err)
	}
	catalog, err := decode(out.Body)
	if err := errors.Join(err, out.Body.Close()); err != nil {
		return nil, "", awserr.Wrap(op, err)
	}
	if catalog.Schema > model.CatalogSchema {
		return nil, "", &model.Error{Kind: model.NoAnswer, Op: op, Err: fmt.Errorf("schema %d, this version reads up to %d", catalog.Schema, model.CatalogSchema)}
	}
	return catalog, aws.ToString(out.ETag), nil
}

func unchanged(err error) bool {
	var response *smithyhttp.ResponseError
	return errors.As(err, &response) && response.HTTPStatusCode() == http.StatusNotModified
}

// decode unpacks a catalog. A stream that breaks off is no answer, a body that is no catalog is invalid.
func decode(body io.Reader) (*model.Catalog, error) {
	packed, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: "unpack", Err: err}
	}
	var catalog model.Catalog
	if err := json.NewDecoder(io.LimitReader(zip, maxCatalog)).Decode(&catalog); err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: "decode", Err: err}
	}
	return &catalog, nil
}

// PutCatalog stores the catalog if the stored one is still that of the etag, or with an empty etag if there is none
// yet, and returns its own: Conflict otherwise.
func (r *Records) PutCatalog(ctx context.Context, cluster string, catalog *model.Catalog, ifMatch string) (string, error) {
	op := "put catalog of cluster " + cluster
	var body bytes.Buffer
	zip := gzip.NewWriter(&body)
	if err := errors.Join(json.NewEncoder(zip).Encode(catalog), zip.Close()); err != nil {
		return "", &model.Error{Kind: model.Invalid, Op: op, Err: err}
	}
	in := &s3.PutObjectInput{Bucket: &r.bucket, Key: catalogKey(cluster), Body: bytes.NewReader(body.Bytes()), ContentType: aws.String("application/gzip")}
	if ifMatch != "" {
		in.IfMatch = &ifMatch
	} else {
		in.IfNoneMatch = aws.String("*")
	}
	out, err := r.client.PutObject(ctx, in)
	if err != nil {
		return "", awserr.Wrap(op, err)
	}
	return aws.ToString(out.ETag), nil
}
