package queues

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
)

const (
	// reasonAttribute of a dead letter says why it is one.
	reasonAttribute = "Reason"
	maxReason       = 1024 // bytes: it counts towards the message's size
	// strays is the group of dead letters without one.
	strays = "strays"
)

// DeadLetters keeps messages that will never succeed in a queue of their own.
type DeadLetters struct {
	queues *Queues
	url    string
}

// NewDeadLetters returns the dead letters of the queue.
func NewDeadLetters(cfg aws.Config, queueURL string) *DeadLetters {
	return &DeadLetters{queues: New(cfg), url: queueURL}
}

// Keep puts the raw body into the queue, with the reason as the message attribute Reason. In a FIFO queue the same
// body for the same reason is kept once in 5 minutes, which is what a repetition of the call wants.
func (d *DeadLetters) Keep(ctx context.Context, group, body, reason string) error {
	if body == "" {
		body = "(empty)" // SQS takes no empty message
	}
	in := &sqs.SendMessageInput{
		QueueUrl:    &d.url,
		MessageBody: &body,
		MessageAttributes: map[string]types.MessageAttributeValue{
			reasonAttribute: {DataType: aws.String("String"), StringValue: aws.String(printable(reason))},
		},
	}
	if fifo(d.url) {
		if group == "" {
			group = strays
		}
		sum := sha256.Sum256([]byte(group + "\x00" + body + "\x00" + reason))
		in.MessageGroupId, in.MessageDeduplicationId = &group, aws.String(hex.EncodeToString(sum[:]))
	}
	_, err := d.queues.client.SendMessage(ctx, in)
	return awserr.Wrap("keep dead letter", err)
}

// printable is the reason as SQS takes it: not empty, not long, without control characters.
func printable(reason string) string {
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	reason = strings.ToValidUTF8(reason, "?")
	reason = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == '\uFFFE' || r == '\uFFFF' {
			return '?'
		}
		return r
	}, reason)
	if reason == "" {
		return "none given"
	}
	return reason
}
