package emulator_test

import (
	"context"
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
