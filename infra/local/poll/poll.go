// Package poll carries messages from queues to functions as Lambda's pollers do: event source mappings for queues that
// functions read (Mapping), and the hidden queue through which Lambda delivers asynchronous invocations (Async).
package poll

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queue is the part of SQS that pollers use.
type Queue interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// Function is what a poller invokes.
type Function interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Mapping is an event source mapping with ReportBatchItemFailures: what the function does not name as failed is
// deleted; the others come back when their visibility timeout ends, and redrive counts them.
type Mapping struct {
	Queue     Queue
	URL, ARN  string
	Region    string
	BatchSize int
	// Pollers is how many batches may be on their way at once.
	Pollers  int
	Function Function
	Log      *slog.Logger
}

// Run polls until ctx ends, and returns when all batches are answered.
func (m Mapping) Run(ctx context.Context) {
	done := make(chan struct{})
	n := max(1, m.Pollers)
	for range n {
		go func() {
			defer func() { done <- struct{}{} }()
			for ctx.Err() == nil {
				m.round(ctx)
			}
		}()
	}
	for range n {
		<-done
	}
}

func (m Mapping) round(ctx context.Context) {
	messages, err := receive(ctx, m.Queue, m.URL, m.BatchSize)
	if err != nil {
		pause(ctx, m.Log, m.URL, err)
		return
	}
	if len(messages) == 0 {
		return
	}
	// A batch that was received is handled to its end, also when we are told to stop meanwhile.
	ctx = context.WithoutCancel(ctx)
	failed, err := m.deliver(ctx, messages)
	if err != nil {
		m.Log.Warn("batch failed; all of it comes again", "queue", m.URL, "messages", len(messages), "error", err)
		return
	}
	var done []types.Message
	for _, msg := range messages {
		if !failed[aws.ToString(msg.MessageId)] {
			done = append(done, msg)
		}
	}
	if err := remove(ctx, m.Queue, m.URL, done); err != nil {
		m.Log.Warn("handled messages could not be deleted; they come again", "queue", m.URL, "error", err)
	}
}

// deliver invokes the function with the batch and returns the message ids that it names as failed.
func (m Mapping) deliver(ctx context.Context, messages []types.Message) (map[string]bool, error) {
	var batch events.SQSEvent
	for _, msg := range messages {
		batch.Records = append(batch.Records, events.SQSMessage{
			MessageId:      aws.ToString(msg.MessageId),
			ReceiptHandle:  aws.ToString(msg.ReceiptHandle),
			Body:           aws.ToString(msg.Body),
			Md5OfBody:      aws.ToString(msg.MD5OfBody),
			Attributes:     msg.Attributes,
			EventSource:    "aws:sqs",
			EventSourceARN: m.ARN,
			AWSRegion:      m.Region,
		})
	}
	payload, err := json.Marshal(batch)
	if err != nil {
		return nil, err
	}
	raw, err := m.Function.Invoke(ctx, payload)
	if err != nil {
		return nil, err
	}
	return failures(raw, messages)
}

// failures reads a function's answer as Lambda does: anything but a list of known ids fails the whole batch.
func failures(raw []byte, messages []types.Message) (map[string]bool, error) {
	var answer struct {
		Failures *[]struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, fmt.Errorf("answer %q: %w", raw, err)
	}
	if answer.Failures == nil {
		return nil, nil // an answer without the list counts as success
	}
	known := map[string]bool{}
	for _, msg := range messages {
		known[aws.ToString(msg.MessageId)] = true
	}
	failed := map[string]bool{}
	for _, f := range *answer.Failures {
		if !known[f.ID] {
			return nil, fmt.Errorf("answer names %q, which is not in the batch", f.ID)
		}
		failed[f.ID] = true
	}
	return failed, nil
}

func receive(ctx context.Context, q Queue, url string, n int) ([]types.Message, error) {
	out, err := q.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:                    &url,
		MaxNumberOfMessages:         int32(min(max(n, 1), 10)),
		WaitTimeSeconds:             2,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		return nil, err
	}
	return out.Messages, nil
}

func remove(ctx context.Context, q Queue, url string, messages []types.Message) error {
	if len(messages) == 0 {
		return nil
	}
	in := &sqs.DeleteMessageBatchInput{QueueUrl: &url}
	for _, msg := range messages {
		in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: msg.MessageId, ReceiptHandle: msg.ReceiptHandle})
	}
	out, err := q.DeleteMessageBatch(ctx, in)
	if err == nil && len(out.Failed) > 0 {
		err = errors.New(aws.ToString(out.Failed[0].Message))
	}
	return err
}

// pause waits a moment after a poll that failed, unless it failed because we stop.
func pause(ctx context.Context, log *slog.Logger, url string, err error) {
	if ctx.Err() != nil {
		return
	}
	log.Warn("poll failed", "queue", url, "error", err)
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
}
