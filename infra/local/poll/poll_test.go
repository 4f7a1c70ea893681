package poll_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/infra/local/poll"
)

// TestMapping: what a function's answer leaves in the queue.
func TestMapping(t *testing.T) {
	tests := map[string]struct {
		answer string
		err    error
		left   []string
	}{
		"nothing failed":      {answer: `{"batchItemFailures":[]}`, left: []string{}},
		"one failed":          {answer: `{"batchItemFailures":[{"itemIdentifier":"m2"}]}`, left: []string{"m2"}},
		"no list":             {answer: `{}`, left: []string{}},
		"null":                {answer: `null`, left: []string{}},
		"an id of nobody":     {answer: `{"batchItemFailures":[{"itemIdentifier":"m9"}]}`, left: []string{"m1", "m2", "m3"}},
		"an id that is empty": {answer: `{"batchItemFailures":[{"itemIdentifier":""}]}`, left: []string{"m1", "m2", "m3"}},
		"no JSON":             {answer: `done`, left: []string{"m1", "m2", "m3"}},
		"the function failed": {err: errors.New("as asked"), left: []string{"m1", "m2", "m3"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			q := newQueue("a", "b", "c")
			until(t, 1, func([]byte) ([]byte, error) { return []byte(tt.answer), tt.err }, mapping(q, 10))
			if diff := cmp.Diff(tt.left, q.left()); diff != "" {
				t.Errorf("left in the queue: -want +got:\n%s", diff)
			}
		})
	}
}

// TestMappingBatches: batches are as large as asked for, in order, and look as Lambda's do.
func TestMappingBatches(t *testing.T) {
	q := newQueue("a", "b", "c")
	var bodies []string
	until(t, 2, func(payload []byte) ([]byte, error) {
		var batch events.SQSEvent
		if err := json.Unmarshal(payload, &batch); err != nil {
			t.Error(err)
		}
		all := ""
		for _, r := range batch.Records {
			all += r.Body
			if r.EventSource != "aws:sqs" || r.EventSourceARN != "arn:q" || r.AWSRegion != "us-east-1" || r.Attributes["MessageGroupId"] != "g" {
				t.Errorf("record %+v", r)
			}
		}
		bodies = append(bodies, all)
		return []byte(`{}`), nil
	}, mapping(q, 2))
	if diff := cmp.Diff([]string{"ab", "c"}, bodies); diff != "" {
		t.Errorf("batches: -want +got:\n%s", diff)
	}
}

func mapping(q *queue, size int) func(context.Context, function) {
	return func(ctx context.Context, f function) {
		poll.Mapping{Queue: q, URL: "q", ARN: "arn:q", Region: "us-east-1", BatchSize: size, Function: f, Log: quiet()}.Run(ctx)
	}
}
