// Package queues sends messages to SQS queues: a function's delayed messages to itself (Own), and what will never
// succeed, for people to look at (DeadLetters).
package queues

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	timeout  = 5 * time.Second
	maxDelay = 15 * time.Minute
)

// Queues of one region. It is safe for concurrent use.
type Queues struct {
	client *sqs.Client
}

// New returns the queues of the region of cfg.
func New(cfg aws.Config) *Queues {
	return &Queues{client: sqs.NewFromConfig(cfg, func(o *sqs.Options) {
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})}
}

// Send puts one message into the queue. A standard queue delays it by up to 15 minutes (whole seconds, rounded up),
// and takes a group or none. A FIFO queue has no delay for single messages and must have a group and an id for
// deduplication: the same id within 5 minutes is swallowed. Invalid when the queue's kind does not take the message.
func (q *Queues) Send(ctx context.Context, queueURL, body string, delay time.Duration, group, dedup string) error {
	const op = "send message"
	in := &sqs.SendMessageInput{QueueUrl: &queueURL, MessageBody: &body}
	if group != "" {
		in.MessageGroupId = &group
	}
	if err := address(in, delay, dedup); err != nil {
		return &model.Error{Kind: model.Invalid, Op: op, Err: err}
	}
	_, err := q.client.SendMessage(ctx, in)
	return awserr.Wrap(op, err)
}

// address fills in what standard and FIFO queues take differently.
func address(in *sqs.SendMessageInput, delay time.Duration, dedup string) error {
	if !fifo(*in.QueueUrl) {
		if delay < 0 || delay > maxDelay {
			return fmt.Errorf("delay of %s, at most %s is possible", delay, maxDelay)
		}
		in.DelaySeconds = int32(math.Ceil(delay.Seconds()))
		return nil
	}
	if delay != 0 {
		return fmt.Errorf("delay of %s: a FIFO queue can't delay single messages", delay)
	}
	if in.MessageGroupId == nil || dedup == "" {
		return fmt.Errorf("a FIFO queue needs a group (%q) and a deduplication id (%q)", aws.ToString(in.MessageGroupId), dedup)
	}
	in.MessageDeduplicationId = &dedup
	return nil
}

func fifo(queueURL string) bool { return strings.HasSuffix(queueURL, ".fifo") }

// Own is a function's own queue, a standard one: messages to itself for later.
type Own struct {
	Queues *Queues
	URL    string
}

// Send puts a message into the queue, to come after the delay.
func (o Own) Send(ctx context.Context, body string, delay time.Duration) error {
	return o.Queues.Send(ctx, o.URL, body, delay, "", "")
}
