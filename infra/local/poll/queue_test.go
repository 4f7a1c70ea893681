package poll_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// queue is a queue that hands every message out once: what is not deleted then would come back after a visibility
// timeout, which is the emulator's matter. It waits for news as long polling does.
type queue struct {
	mu      sync.Mutex
	waiting []types.Message
	flying  map[string]string // receipt to message id
	sent    []string          // bodies, to any queue
	news    chan struct{}
}

func newQueue(bodies ...string) *queue {
	q := &queue{flying: map[string]string{}, news: make(chan struct{}, 1)}
	for i, body := range bodies {
		id := "m" + strconv.Itoa(i+1)
		q.waiting = append(q.waiting, types.Message{
			MessageId: &id, ReceiptHandle: aws.String("r-" + id), Body: &body,
			Attributes: map[string]string{"SentTimestamp": strconv.FormatInt(time.Now().UnixMilli(), 10), "MessageGroupId": "g"},
		})
	}
	return q
}

func (q *queue) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	q.mu.Lock()
	n := min(len(q.waiting), int(in.MaxNumberOfMessages))
	out := &sqs.ReceiveMessageOutput{Messages: q.waiting[:n:n]}
	q.waiting = q.waiting[n:]
	for _, m := range out.Messages {
		q.flying[*m.ReceiptHandle] = *m.MessageId
	}
	q.mu.Unlock()
	if n == 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-q.news:
		}
	}
	return out, nil
}

func (q *queue) DeleteMessageBatch(_ context.Context, in *sqs.DeleteMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range in.Entries {
		if q.flying[*e.ReceiptHandle] == "" {
			return nil, fmt.Errorf("no message has the receipt %s", *e.ReceiptHandle)
		}
		delete(q.flying, *e.ReceiptHandle)
	}
	return &sqs.DeleteMessageBatchOutput{}, nil
}

func (q *queue) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sent = append(q.sent, *in.MessageBody)
	return &sqs.SendMessageOutput{}, nil
}

// left are the ids that were received and not deleted.
func (q *queue) left() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := []string{}
	for _, id := range q.flying {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// function is a function in words.
type function func(payload []byte) ([]byte, error)

func (f function) Invoke(_ context.Context, payload []byte) ([]byte, error) { return f(payload) }

// until runs the poller until the function has been invoked n times, and waits for its end.
func until(t *testing.T, n int, do function, run func(ctx context.Context, f function)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	count := 0
	run(ctx, func(payload []byte) ([]byte, error) {
		if count++; count == n {
			stop() // what is on its way is answered all the same
		}
		return do(payload)
	})
	if count != n {
		t.Errorf("%d invocations, want %d", count, n)
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
