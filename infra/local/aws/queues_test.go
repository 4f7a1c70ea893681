package emulator_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
)

func (p post) send(t *testing.T, ctx context.Context, url, group, id, body string) *sqs.SendMessageOutput {
	t.Helper()
	return must[*sqs.SendMessageOutput](t)(p.sqs.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: &body, MessageGroupId: &group, MessageDeduplicationId: &id,
	}))
}

func (p post) visible(t *testing.T, ctx context.Context, url, handle string) {
	t.Helper()
	must[*sqs.ChangeMessageVisibilityOutput](t)(p.sqs.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &url, ReceiptHandle: &handle, VisibilityTimeout: 0,
	}))
}

func (p post) remove(t *testing.T, ctx context.Context, url, handle string) {
	t.Helper()
	must[*sqs.DeleteMessageOutput](t)(p.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: &handle}))
}

func TestGroupsKeepTheirOrder(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, _ := p.makeQueue(t, ctx, "q.fifo", fifo)
	for _, m := range []string{"a1", "a2", "b1", "a3"} {
		p.send(t, ctx, url, m[:1], m, m)
	}
	first := p.receive(t, ctx, url)
	if diff := cmp.Diff([]string{"a1", "a2", "b1", "a3"}, bodies(first)); diff != "" {
		t.Fatalf("first receive (-want +got)\n%s", diff)
	}
	p.send(t, ctx, url, "a", "a4", "a4")
	if got := bodies(p.receive(t, ctx, url)); got != nil {
		t.Errorf("%v of a group in flight", got)
	}
	// a1 is done; a2 and a3 failed and come back, the last one first.
	p.remove(t, ctx, url, *first[0].ReceiptHandle)
	p.visible(t, ctx, url, *first[3].ReceiptHandle)
	if got := bodies(p.receive(t, ctx, url)); got != nil {
		t.Errorf("%v before a2, which is still in flight", got)
	}
	p.visible(t, ctx, url, *first[1].ReceiptHandle)
	if diff := cmp.Diff([]string{"a2", "a3", "a4"}, bodies(p.receive(t, ctx, url))); diff != "" {
		t.Errorf("after the failure (-want +got)\n%s", diff)
	}
}

func TestGroupsComeBackInOrderAfterTheirTime(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, _ := p.makeQueue(t, ctx, "q.fifo", map[string]string{"FifoQueue": "true", "VisibilityTimeout": "1"})
	want := []string{"a1", "a2", "a3"}
	for _, m := range want {
		p.send(t, ctx, url, "a", m, m)
	}
	for range 2 { // the second time when the first one's visibility timeout is over
		out := must[*sqs.ReceiveMessageOutput](t)(p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20,
		}))
		if diff := cmp.Diff(want, bodies(out.Messages)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func TestIDsAreRememberedAfterDeletion(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, _ := p.makeQueue(t, ctx, "q.fifo", fifo)
	first := p.send(t, ctx, url, "g", "id", "one")
	p.remove(t, ctx, url, *p.receive(t, ctx, url)[0].ReceiptHandle)
	again := p.send(t, ctx, url, "g", "id", "two")
	if *first.MessageId != *again.MessageId || *first.SequenceNumber != *again.SequenceNumber {
		t.Errorf("a duplicate is answered %s, want the first's %s", *again.MessageId, *first.MessageId)
	}
	if got := bodies(p.receive(t, ctx, url)); got != nil {
		t.Errorf("a duplicate was delivered: %v", got)
	}
	next := p.send(t, ctx, url, "g", "id2", "three")
	if len(*next.SequenceNumber) != 20 || *next.SequenceNumber <= *first.SequenceNumber {
		t.Errorf("sequence numbers %s, %s", *first.SequenceNumber, *next.SequenceNumber)
	}
}

func TestContentIsDeduplicated(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, _ := p.makeQueue(t, ctx, "q.fifo", fifo)
	for range 2 {
		must[*sqs.SendMessageOutput](t)(p.sqs.SendMessage(ctx, &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: aws.String("same"), MessageGroupId: aws.String("g"),
		}))
	}
	if got := bodies(p.receive(t, ctx, url)); len(got) != 1 {
		t.Errorf("%d of two equal bodies", len(got))
	}
}

func TestRedriveFreesTheGroup(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	dead, deadARN := p.makeQueue(t, ctx, "dead.fifo", fifo)
	url, _ := p.makeQueue(t, ctx, "q.fifo", map[string]string{
		"FifoQueue": "true", "VisibilityTimeout": "30", "RedrivePolicy": `{"maxReceiveCount":"1","deadLetterTargetArn":"` + deadARN + `"}`,
	})
	p.send(t, ctx, url, "g", "1", "bad")
	p.send(t, ctx, url, "g", "2", "good")
	bad := must[*sqs.ReceiveMessageOutput](t)(p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 1}))
	p.visible(t, ctx, url, *bad.Messages[0].ReceiptHandle)
	if diff := cmp.Diff([]string{"good"}, bodies(p.receive(t, ctx, url))); diff != "" {
		t.Errorf("after the redrive (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"bad"}, bodies(p.receive(t, ctx, dead))); diff != "" {
		t.Errorf("dead letters (-want +got)\n%s", diff)
	}
}

func TestLongPollWakes(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, _ := p.makeQueue(t, ctx, "q", nil)
	for body, seconds := range map[string]int32{"much later": 900, "later": 1} {
		must[*sqs.SendMessageOutput](t)(p.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, DelaySeconds: seconds}))
	}
	out := must[*sqs.ReceiveMessageOutput](t)(p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20}))
	if diff := cmp.Diff([]string{"later"}, bodies(out.Messages)); diff != "" {
		t.Errorf("a long poll for a delayed message (-want +got)\n%s", diff)
	}
	sent := make(chan error, 1)
	time.AfterFunc(50*time.Millisecond, func() {
		_, err := p.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("now")})
		sent <- err
	})
	out = must[*sqs.ReceiveMessageOutput](t)(p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20}))
	if err := <-sent; err != nil || len(out.Messages) != 1 {
		t.Errorf("a long poll missed a message: %v", err)
	}
}
