package emulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bus "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	queue "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// post is a bus and a queue behind it.
type post struct {
	*eventbridge.Client
	sqs *sqs.Client
}

func openPost(cfg aws.Config) post {
	return post{Client: eventbridge.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg)}
}

// makeQueue returns the URL and the ARN of a new queue.
func (p post) makeQueue(t *testing.T, ctx context.Context, name string, attributes map[string]string) (url, arn string) {
	t.Helper()
	made := must[*sqs.CreateQueueOutput](t)(p.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes}))
	return *made.QueueUrl, "arn:aws:sqs:us-east-1:123456789012:" + name
}

var fifo = map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "30"}

func (p post) rule(t *testing.T, ctx context.Context, name, onBus, pattern string, state bus.RuleState, target bus.Target) {
	t.Helper()
	must[*eventbridge.PutRuleOutput](t)(p.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: &name, EventBusName: &onBus, EventPattern: &pattern, State: state,
	}))
	target.Id = aws.String("t")
	must[*eventbridge.PutTargetsOutput](t)(p.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: &name, EventBusName: &onBus, Targets: []bus.Target{target},
	}))
}

func (p post) put(t *testing.T, ctx context.Context, onBus, source, detail string) {
	t.Helper()
	out := must[*eventbridge.PutEventsOutput](t)(p.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []bus.PutEventsRequestEntry{{
		EventBusName: &onBus, Source: &source, DetailType: aws.String("Test"), Detail: &detail, Resources: []string{"r1"},
	}}}))
	if out.FailedEntryCount != 0 {
		t.Fatalf("put: %s", *out.Entries[0].ErrorMessage)
	}
}

// receive takes what is there, at most 10, without waiting.
func (p post) receive(t *testing.T, ctx context.Context, url string) []queue.Message {
	t.Helper()
	out := must[*sqs.ReceiveMessageOutput](t)(p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []queue.MessageSystemAttributeName{queue.MessageSystemAttributeNameAll},
	}))
	return out.Messages
}

func bodies(messages []queue.Message) (all []string) {
	for _, m := range messages {
		all = append(all, *m.Body)
	}
	return all
}

func TestBusDeliversTheEnvelopeByGroupPath(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	must[*eventbridge.CreateEventBusOutput](t)(p.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String("slipway")}))
	url, arn := p.makeQueue(t, ctx, "provision.fifo", fifo)
	p.rule(t, ctx, "pods-pending", "slipway", `{"source":["slipway.observe"],"detail":{"cluster":{"key":[{"exists":true}]}}}`, bus.RuleStateEnabled,
		bus.Target{Arn: &arn, SqsParameters: &bus.SqsParameters{MessageGroupId: aws.String("$.detail.cluster.key")}})
	for i := range 2 {
		p.put(t, ctx, "slipway", "slipway.observe", fmt.Sprintf(`{"cluster":{"key":"k%d"},"instance-id":"i-1"}`, i))
	}
	got := p.receive(t, ctx, url)
	if len(got) != 2 {
		t.Fatalf("%d messages, want 2", len(got))
	}
	for i, m := range got {
		if group := m.Attributes["MessageGroupId"]; group != fmt.Sprintf("k%d", i) {
			t.Errorf("message %d is of group %q", i, group)
		}
		var e struct {
			Version, ID, Source, Account, Time, Region string
			DetailType                                 string `json:"detail-type"`
			Resources                                  []string
		}
		if err := json.Unmarshal([]byte(*m.Body), &e); err != nil {
			t.Fatal(err)
		}
		if e.Version != "0" || e.ID == "" || e.Source != "slipway.observe" || e.Account != "123456789012" ||
			e.Region != "us-east-1" || e.DetailType != "Test" || len(e.Resources) != 1 || len(e.Time) != len("2026-01-02T03:04:05Z") {
			t.Errorf("envelope %s", *m.Body)
		}
	}
}
