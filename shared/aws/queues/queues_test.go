package queues_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/aws/queues"
	"github.com/slipway-dev/slipway/shared/model"
)

// sqs keeps what was sent.
type sqs struct {
	sent []map[string]any
	code string
}

func serve(t *testing.T) (aws.Config, *sqs) {
	t.Helper()
	s := &sqs{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("dummy", "dummy", ""),
	}, s
}

func (s *sqs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message map[string]any
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		panic(http.ErrAbortHandler)
	}
	s.sent = append(s.sent, message)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if s.code != "" {
		w.WriteHeader(http.StatusBadRequest)
		if err := json.NewEncoder(w).Encode(map[string]string{"__type": s.code, "message": "sorry"}); err != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	if _, err := w.Write([]byte(`{"MessageId":"m"}`)); err != nil {
		panic(http.ErrAbortHandler)
	}
}

const (
	standard = "https://sqs.us-east-1.amazonaws.com/123456789012/register"
	ordered  = "https://sqs.us-east-1.amazonaws.com/123456789012/dead.fifo"
)

func TestSend(t *testing.T) {
	for name, c := range map[string]struct {
		url          string
		delay        time.Duration
		group, dedup string
		want         map[string]any // nil: refused
	}{
		"at once":            {standard, 0, "", "", map[string]any{}},
		"later":              {standard, 90 * time.Second, "", "", map[string]any{"DelaySeconds": 90.0}},
		"not too early":      {standard, 1500 * time.Millisecond, "", "", map[string]any{"DelaySeconds": 2.0}},
		"fair":               {standard, 0, "cluster", "", map[string]any{"MessageGroupId": "cluster"}},
		"id on standard":     {standard, 0, "", "id", map[string]any{}},
		"too late":           {standard, 15*time.Minute + time.Second, "", "", nil},
		"before now":         {standard, -time.Second, "", "", nil},
		"ordered":            {ordered, 0, "cluster", "id", map[string]any{"MessageGroupId": "cluster", "MessageDeduplicationId": "id"}},
		"ordered, later":     {ordered, time.Second, "cluster", "id", nil},
		"ordered, no group":  {ordered, 0, "", "id", nil},
		"ordered without id": {ordered, 0, "cluster", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, s := serve(t)
			err := queues.New(cfg).Send(t.Context(), c.url, "body", c.delay, c.group, c.dedup)
			if c.want == nil {
				if !model.IsKind(err, model.Invalid) || len(s.sent) > 0 {
					t.Errorf("error %v after %d calls, want invalid after none", err, len(s.sent))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c.want["QueueUrl"], c.want["MessageBody"] = c.url, "body"
			if _, delayed := s.sent[0]["DelaySeconds"]; delayed && s.sent[0]["DelaySeconds"] == 0.0 {
				delete(s.sent[0], "DelaySeconds")
			}
			if diff := cmp.Diff(c.want, s.sent[0]); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSendClassifies(t *testing.T) {
	cfg, s := serve(t)
	for code, want := range map[string]model.ErrorKind{
		"com.amazonaws.sqs#QueueDoesNotExist": model.NotFound,
		"com.amazonaws.sqs#RequestThrottled":  model.Throttled,
		"com.amazonaws.sqs#Novel":             model.Invalid,
	} {
		s.code = code
		if err := (queues.Own{Queues: queues.New(cfg), URL: standard}).Send(t.Context(), "body", 0); !model.IsKind(err, want) {
			t.Errorf("%s is %s, want %s", code, model.KindOf(err), want)
		}
	}
}

func TestDeadLetters(t *testing.T) {
	cfg, s := serve(t)
	var keeper interface {
		Keep(ctx context.Context, group, body, reason string) error
	} = queues.NewDeadLetters(cfg, ordered)
	keep := func(group, body, reason string) map[string]any {
		t.Helper()
		if err := keeper.Keep(t.Context(), group, body, reason); err != nil {
			t.Fatal(err)
		}
		return s.sent[len(s.sent)-1]
	}
	reasonOf := func(m map[string]any) string {
		return m["MessageAttributes"].(map[string]any)["Reason"].(map[string]any)["StringValue"].(string)
	}
	first := keep("cluster", `{"half":`, "unexpected end")
	if first["MessageBody"] != `{"half":` || first["MessageGroupId"] != "cluster" || reasonOf(first) != "unexpected end" {
		t.Errorf("kept %v", first)
	}
	if again := keep("cluster", `{"half":`, "unexpected end"); again["MessageDeduplicationId"] != first["MessageDeduplicationId"] {
		t.Error("a repetition has another deduplication id")
	}
	if other := keep("cluster", `{"half":`, "other"); other["MessageDeduplicationId"] == first["MessageDeduplicationId"] {
		t.Error("another reason has the same deduplication id")
	}
	bare := keep("", "", "")
	if bare["MessageBody"] == "" || bare["MessageGroupId"] == nil || reasonOf(bare) == "" {
		t.Errorf("SQS would not take %v", bare)
	}
	long := reasonOf(keep("g", "b", "bell \a "+strings.Repeat("ü", 2000)))
	if len(long) > 1030 || strings.Contains(long, "\a") || strings.Contains(long, "\uFFFD") {
		t.Errorf("SQS would not take the reason %q", long)
	}

	if err := queues.NewDeadLetters(cfg, standard).Keep(t.Context(), "cluster", "b", "r"); err != nil {
		t.Fatal(err)
	}
	if m := s.sent[len(s.sent)-1]; m["MessageGroupId"] != nil || m["MessageDeduplicationId"] != nil {
		t.Errorf("a standard queue gets %v", m)
	}
}
