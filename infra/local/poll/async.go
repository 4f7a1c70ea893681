package poll

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Async delivers asynchronous invocations: one message each, tried again Retries times, then sent to the function's
// on-failure queue in Lambda's envelope. An event older than MaxAge is not tried any more.
type Async struct {
	Queue      Queue
	URL        string // of the queue that stands for Lambda's own
	OnFailure  string // URL
	Retries    int
	MaxAge     time.Duration
	RetryAfter time.Duration // before the first retry, twice that before the second
	Pollers    int
	Name       string
	Function   Function
	Log        *slog.Logger
}

// Run delivers until ctx ends.
func (a Async) Run(ctx context.Context) {
	done := make(chan struct{})
	n := max(1, a.Pollers)
	for range n {
		go func() {
			defer func() { done <- struct{}{} }()
			for ctx.Err() == nil {
				a.round(ctx)
			}
		}()
	}
	for range n {
		<-done
	}
}

func (a Async) round(ctx context.Context) {
	messages, err := receive(ctx, a.Queue, a.URL, 1)
	if err != nil {
		pause(ctx, a.Log, a.URL, err)
		return
	}
	for _, msg := range messages {
		// Lambda deletes its own message first: an invocation that dies with its host is not repeated by us.
		if err := remove(context.WithoutCancel(ctx), a.Queue, a.URL, messages); err != nil {
			a.Log.Warn("invocation could not be taken", "function", a.Name, "error", err)
			return
		}
		a.invoke(ctx, msg)
	}
}

func (a Async) invoke(ctx context.Context, msg types.Message) {
	sent := sentAt(msg)
	for attempt := 0; ; attempt++ {
		_, err := a.Function.Invoke(ctx, []byte(aws.ToString(msg.Body)))
		if err == nil || ctx.Err() != nil {
			return
		}
		a.Log.Warn("invocation failed", "function", a.Name, "attempt", attempt+1, "error", err)
		if attempt >= a.Retries || time.Since(sent) > a.MaxAge {
			a.giveUp(context.WithoutCancel(ctx), msg, attempt+1, err)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(a.RetryAfter * time.Duration(attempt+1)):
		}
	}
}

// giveUp sends what Lambda sends to an on-failure destination.
func (a Async) giveUp(ctx context.Context, msg types.Message, attempts int, cause error) {
	payload := json.RawMessage(aws.ToString(msg.Body))
	if !json.Valid(payload) {
		payload, _ = json.Marshal(aws.ToString(msg.Body))
	}
	body, err := json.Marshal(map[string]any{
		"version":   "1.0",
		"timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"requestContext": map[string]any{
			"functionArn": a.Name, "condition": "RetriesExhausted", "approximateInvokeCount": attempts,
		},
		"requestPayload":  payload,
		"responsePayload": map[string]string{"errorMessage": cause.Error()},
	})
	if err == nil {
		text := string(body)
		_, err = a.Queue.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &a.OnFailure, MessageBody: &text})
	}
	if err != nil {
		a.Log.Error("a failed invocation could not be kept", "function", a.Name, "error", errors.Join(cause, err))
	}
}

func sentAt(msg types.Message) time.Time {
	ms, err := strconv.ParseInt(msg.Attributes["SentTimestamp"], 10, 64)
	if err != nil {
		return time.Now()
	}
	return time.UnixMilli(ms)
}
