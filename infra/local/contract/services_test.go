package contract

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/aws/bus"
	"github.com/slipway-dev/slipway/shared/aws/clusters"
	"github.com/slipway-dev/slipway/shared/aws/queues"
	"github.com/slipway-dev/slipway/shared/aws/records"
	"github.com/slipway-dev/slipway/shared/model"
)

func TestRecords(t *testing.T) {
	_, cfg := startAWS(t)
	_, err := s3.NewFromConfig(cfg).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("records")})
	ok(t, err)
	r := records.New(cfg, "records")
	if _, _, err := r.Catalog(t.Context(), "k", ""); !model.IsKind(err, model.NotFound) {
		t.Errorf("no catalog yet: %v", err)
	}
	c := &model.Catalog{Schema: model.CatalogSchema, Version: "v1"}
	for i := range 500 {
		c.Types = append(c.Types, model.InstanceType{Name: fmt.Sprintf("t%d.large", i), Offerings: []model.Offering{{Zone: "us-east-1a", Price: int64(i)}}})
	}
	etag, err := r.PutCatalog(t.Context(), "k", c, "")
	ok(t, err)
	got, read, err := r.Catalog(t.Context(), "k", "")
	ok(t, err)
	if diff := cmp.Diff(c, got); diff != "" || read != etag {
		t.Errorf("etag %s, want %s; catalog (-want +got):\n%s", read, etag, diff)
	}
	if got, read, err := r.Catalog(t.Context(), "k", etag); got != nil || read != etag || err != nil {
		t.Errorf("unchanged: %v, %s, %v", got, read, err)
	}
	if _, err := r.PutCatalog(t.Context(), "k", c, ""); !model.IsKind(err, model.Conflict) {
		t.Errorf("a second first catalog: %v", err)
	}
	if _, err := r.PutCatalog(t.Context(), "k", c, `"0123"`); !model.IsKind(err, model.Conflict) {
		t.Errorf("over one that changed: %v", err)
	}
	c.Version = "v2"
	_, err = r.PutCatalog(t.Context(), "k", c, etag)
	ok(t, err)
	ok(t, r.PutDecision(t.Context(), "decisions/k/1.json.gz", []byte("body")))
}

func makeQueue(t *testing.T, client *sqs.Client, name string, attributes map[string]string) string {
	t.Helper()
	out, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	ok(t, err)
	return *out.QueueUrl
}

func receive(t *testing.T, client *sqs.Client, url string) (body, reason string) {
	t.Helper()
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, WaitTimeSeconds: 5, MessageAttributeNames: []string{"All"},
	})
	ok(t, err)
	if len(out.Messages) != 1 {
		t.Fatalf("%d messages, want one", len(out.Messages))
	}
	return *out.Messages[0].Body, aws.ToString(out.Messages[0].MessageAttributes["Reason"].StringValue)
}

func TestQueues(t *testing.T) {
	_, cfg := startAWS(t)
	client := sqs.NewFromConfig(cfg)
	own := queues.Own{Queues: queues.New(cfg), URL: makeQueue(t, client, "own", nil)}
	ok(t, own.Send(t.Context(), "later", time.Second))
	if body, _ := receive(t, client, own.URL); body != "later" {
		t.Errorf("received %q", body)
	}

	dead := makeQueue(t, client, "dead.fifo", map[string]string{"FifoQueue": "true"})
	letters := queues.NewDeadLetters(cfg, dead)
	for range 2 {
		ok(t, letters.Keep(t.Context(), "", `{"half":`, "unexpected end of JSON"))
	}
	if body, reason := receive(t, client, dead); body != `{"half":` || reason != "unexpected end of JSON" {
		t.Errorf("kept %q because %q", body, reason)
	}
	if err := own.Queues.Send(t.Context(), own.URL+"-gone", "body", 0, "", ""); !model.IsKind(err, model.NotFound) {
		t.Errorf("no such queue: %v", err)
	}
}

func TestBus(t *testing.T) {
	_, cfg := startAWS(t)
	_, err := eventbridge.NewFromConfig(cfg).CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("contract")})
	ok(t, err)
	ok(t, bus.New(cfg, "contract").Put(t.Context(), []bus.Entry{{Source: "slipway", DetailType: "Tick", Detail: "{}"}}))
}

func TestClusters(t *testing.T) {
	running, cfg := startAWS(t)
	_, err := eks.NewFromConfig(cfg).CreateCluster(t.Context(), &eks.CreateClusterInput{
		Name: aws.String("production"), RoleArn: aws.String("arn:aws:iam::123456789012:role/cluster"), Version: aws.String("1.35"),
		ResourcesVpcConfig: &types.VpcConfigRequest{},
	})
	ok(t, err)
	ok(t, running.SetCluster(t.Context(), "production", "https://127.0.0.1:6443", []byte("PEM"), "1.37"))
	c := clusters.New(cfg)
	at, err := c.Endpoint(t.Context(), model.Cluster{Name: "production", Key: "0123456789ab"}, "provision")
	ok(t, err)
	want := clusters.Endpoint{URL: "https://127.0.0.1:6443", CA: []byte("PEM"), Version: "1.37"}
	if diff := cmp.Diff(want, at); diff != "" {
		t.Errorf("endpoint (-want +got):\n%s", diff)
	}
	if _, err := c.Endpoint(t.Context(), model.Cluster{Name: "gone", Key: "k"}, "provision"); !model.IsKind(err, model.NotFound) {
		t.Errorf("no such cluster: %v", err)
	}
	there := model.Cluster{Name: "production", Key: "0123456789ab", Region: "us-east-1", RolePrefix: "arn:aws:iam::123456789012:role/slipway-0123456789ab-"}
	_, err = c.Token(t.Context(), there, "provision")
	ok(t, err)
	got, err := c.Config(there, "provision").Credentials.Retrieve(t.Context())
	ok(t, err)
	if got.SessionToken == "" {
		t.Error("the role was not assumed")
	}
}
