package poll_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/infra/local/poll"
)

// TestAsync: an invocation that succeeds is over; one that fails is tried again as often as allowed, and then kept in
// Lambda's envelope with the payload and the reason.
func TestAsync(t *testing.T) {
	tests := map[string]struct {
		retries, fails, invocations int
		kept                        bool
	}{
		"succeeds":              {retries: 2, fails: 0, invocations: 1},
		"succeeds in the end":   {retries: 2, fails: 2, invocations: 3},
		"fails":                 {retries: 2, fails: 9, invocations: 3, kept: true},
		"fails without retries": {retries: 0, fails: 9, invocations: 1, kept: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			q := newQueue(`{"number":1}`)
			invocations := 0
			untilIdle(t, q, async(q, tt.retries, time.Hour, func([]byte) ([]byte, error) {
				if invocations++; invocations <= tt.fails {
					return nil, errors.New("as asked")
				}
				return nil, nil
			}))
			if invocations != tt.invocations {
				t.Errorf("%d invocations, want %d", invocations, tt.invocations)
			}
			if len(q.left()) > 0 {
				t.Errorf("left in Lambda's queue: %v", q.left())
			}
			if tt.kept != (len(q.sent) == 1) {
				t.Fatalf("kept: %v", q.sent)
			}
			if tt.kept {
				checkEnvelope(t, q.sent[0], tt.invocations)
			}
		})
	}
}

// TestAsyncTooOld: what waited longer than its age allows is tried once and no more.
func TestAsyncTooOld(t *testing.T) {
	q := newQueue(`{"number":1}`)
	untilIdle(t, q, async(q, 2, -time.Second, func([]byte) ([]byte, error) { return nil, errors.New("as asked") }))
	if len(q.sent) != 1 {
		t.Fatalf("kept: %v", q.sent)
	}
	checkEnvelope(t, q.sent[0], 1)
}

// untilIdle runs the only poller until it asks for more after all messages are dealt with.
func untilIdle(t *testing.T, q *queue, a poll.Async) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); a.Run(ctx) }()
	q.news <- struct{}{} // the channel holds one ...
	q.news <- struct{}{} // ... so the poller has taken one, which it does with nothing left to do
	stop()
	<-done
}

func checkEnvelope(t *testing.T, body string, attempts int) {
	t.Helper()
	var kept struct {
		RequestContext struct {
			Condition string
			Count     int `json:"approximateInvokeCount"`
		}
		RequestPayload  json.RawMessage
		ResponsePayload struct{ ErrorMessage string }
	}
	if err := json.Unmarshal([]byte(body), &kept); err != nil {
		t.Fatal(err)
	}
	got := []any{kept.RequestContext.Condition, kept.RequestContext.Count, string(kept.RequestPayload), kept.ResponsePayload.ErrorMessage}
	if diff := cmp.Diff([]any{"RetriesExhausted", attempts, `{"number":1}`, "as asked"}, got); diff != "" {
		t.Errorf("envelope: -want +got:\n%s", diff)
	}
}

func async(q *queue, retries int, age time.Duration, f function) poll.Async {
	return poll.Async{
		Queue: q, URL: "async", OnFailure: "failures", Retries: retries, MaxAge: age, RetryAfter: time.Microsecond,
		Pollers: 1, Name: "f", Function: f, Log: quiet(),
	}
}
