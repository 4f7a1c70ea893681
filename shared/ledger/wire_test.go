package ledger_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/model"
)

// What DynamoDB does is checked by the suite in ledgertest against the emulator. Here is what the emulator does not
// do: collide, throttle, show what a newer version wrote, and keep what has expired.

var now = time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC)

// table answers calls with what is prepared, one after another, and keeps what was asked.
type table struct {
	mu      sync.Mutex
	answers []string // a failure begins with !
	asked   []map[string]any
}

func serve(t *testing.T, answers ...string) (*ledger.Ledger, *table) {
	t.Helper()
	s := &table{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("dummy", "dummy", ""),
	}
	return ledger.New(cfg, "ledger", func() time.Time { return now }), s
}

func (s *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var asked map[string]any
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || len(s.answers) == 0 {
		panic(http.ErrAbortHandler) // the connection breaks: no answer
	}
	s.asked = append(s.asked, asked)
	next := s.answers[0]
	s.answers = s.answers[1:]
	if body, failed := strings.CutPrefix(next, "!"); failed {
		next = body
		w.WriteHeader(http.StatusBadRequest)
	}
	if _, err := io.WriteString(w, next); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func cancelled(codes ...string) string {
	var reasons []string
	for _, code := range codes {
		reasons = append(reasons, fmt.Sprintf(`{"Code":%q}`, code))
	}
	return `!{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled","CancellationReasons":[` + strings.Join(reasons, ",") + `]}`
}

func frozen() []model.Launch {
	return []model.Launch{{Schema: 1, ID: "l-1", Cluster: "k", Epoch: 4}}
}

func TestFreezeClassifies(t *testing.T) {
	const (
		none, failed = "None", "ConditionalCheckFailed"
		throttled    = "ThrottlingError"
	)
	for name, c := range map[string]struct {
		answer string
		want   model.ErrorKind
	}{
		"lane lost":                {cancelled(none, failed), model.Conflict},
		"launch there":             {cancelled(failed, none), model.AlreadyExists},
		"both":                     {cancelled(failed, failed), model.Conflict},
		"throttled":                {cancelled(none, throttled), model.Throttled},
		"there, and throttled":     {cancelled(failed, throttled), model.AlreadyExists},
		"lane lost, and throttled": {cancelled(throttled, failed), model.Conflict},
		"too large":                {cancelled("ValidationError", none), model.Invalid},
		"other content":            {`!{"__type":"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"}`, model.AlreadyExists},
		"no table":                 {`!{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}`, model.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			l, s := serve(t, c.answer)
			if err := l.Freeze(t.Context(), "provision", frozen(), now, 1); !model.IsKind(err, c.want) {
				t.Errorf("error %v is %s, want %s", err, model.KindOf(err), c.want)
			}
			if len(s.asked) != 1 {
				t.Errorf("asked %d times", len(s.asked))
			}
		})
	}
}

// The launches of a decision are closed side by side, and each closing writes the same lane.
func TestCollidingTransactionsAreRepeated(t *testing.T) {
	l, s := serve(t, cancelled("None", "TransactionConflict"), cancelled("TransactionConflict", "None"), `{}`)
	if err := l.Close(t.Context(), "k", "provision", "l-1"); err != nil {
		t.Fatal(err)
	}
	if len(s.asked) != 3 {
		t.Errorf("asked %d times, want 3", len(s.asked))
	}
	l, s = serve(t, `!{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}`, `{}`)
	if err := l.Mark(t.Context(), "k", "provision", []model.Unavailable{{Type: "m7g.large"}}); err != nil || len(s.asked) != 2 {
		t.Errorf("marking beside a transaction: %v after %d calls", err, len(s.asked))
	}
}

// A repetition must be the same transaction to DynamoDB, another launch another one.
func TestFreezeToken(t *testing.T) {
	token := func(launches []model.Launch) string {
		l, s := serve(t, `{}`)
		if err := l.Freeze(t.Context(), "provision", launches, now, 1); err != nil {
			t.Fatal(err)
		}
		return s.asked[0]["ClientRequestToken"].(string)
	}
	one, other := frozen(), frozen()
	other[0].ID = "l-2"
	if a, b := token(one), token(one); a != b || len(a) == 0 || len(a) > 36 {
		t.Errorf("tokens %q and %q of the same launch", a, b)
	}
	if token(one) == token(other) {
		t.Error("two launches have one token")
	}
}

func TestIndexLeftUnwritten(t *testing.T) {
	l, _ := serve(t, `{"UnprocessedItems":{"ledger":[{"PutRequest":{"Item":{"pk":{"S":"instance#i-1"}}}}]}}`)
	if err := l.Index(t.Context(), "k", map[string]string{"i-1": "a", "i-2": "b"}); !model.IsKind(err, model.Throttled) {
		t.Errorf("error %v", err)
	}
}

// A newer version of the function may run already, or have run before a roll-back: what it wrote is not ours to read,
// and the message that led to it must come again.
func TestNewerSchema(t *testing.T) {
	refused := `!{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Item":{"schema":{"N":"2"},"epoch":{"N":"7"}}}`
	const item = `{"Item":{"schema":{"N":"2"},"body":{"S":"{}"}}}`
	for name, c := range map[string]struct {
		answer string
		call   func(*ledger.Ledger) error
	}{
		"lane":    {refused, func(l *ledger.Ledger) error { _, _, err := l.Open(t.Context(), "k", "provision", now); return err }},
		"launch":  {item, func(l *ledger.Ledger) error { _, err := l.Launch(t.Context(), "k", "l-1"); return err }},
		"cluster": {item, func(l *ledger.Ledger) error { _, err := l.Cluster(t.Context(), "k"); return err }},
		"index":   {item, func(l *ledger.Ledger) error { _, _, err := l.ClaimOf(t.Context(), "i-1"); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := serve(t, c.answer)
			if err := c.call(l); !model.IsKind(err, model.NoAnswer) || !strings.Contains(err.Error(), "schema 2") {
				t.Errorf("error %v is %s", err, model.KindOf(err))
			}
		})
	}
}

func TestItemsThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		call   func(*ledger.Ledger) error
	}{
		"lane":    {`{"Attributes":{"mark x":{"S":"{"}}}`, func(l *ledger.Ledger) error { _, _, err := l.Open(t.Context(), "k", "provision", now); return err }},
		"launch":  {`{"Item":{"schema":{"N":"1"}}}`, func(l *ledger.Ledger) error { _, err := l.Launch(t.Context(), "k", "l-1"); return err }},
		"cluster": {`{"Item":{"body":{"S":"{"}}}`, func(l *ledger.Ledger) error { _, err := l.Cluster(t.Context(), "k"); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := serve(t, c.answer)
			if err := c.call(l); !model.IsKind(err, model.Invalid) {
				t.Errorf("error %v is %s", err, model.KindOf(err))
			}
		})
	}
}

// Opening a lane is one conditional update that returns everything.
func TestOpenOnTheWire(t *testing.T) {
	l, s := serve(t, `{"Attributes":{"epoch":{"N":"5"},"schema":{"N":"1"}}}`)
	opened, answered, err := l.Open(t.Context(), "k", "provision", now)
	if err != nil || answered || opened.Epoch != 5 {
		t.Fatalf("opened %+v, %v, %v", opened, answered, err)
	}
	want := map[string]any{
		"TableName":                           "ledger",
		"Key":                                 map[string]any{"pk": map[string]any{"S": "cluster#k"}, "sk": map[string]any{"S": "lane#provision"}},
		"UpdateExpression":                    "SET #n1 = :v1 ADD #n0 :v0",
		"ConditionExpression":                 "(attribute_not_exists(#n1) OR #n1 <= :v2) AND (attribute_not_exists(#n2) OR #n2 <= :v3)",
		"ExpressionAttributeNames":            map[string]any{"#n0": "epoch", "#n1": "schema", "#n2": "completed"},
		"ReturnValues":                        "ALL_NEW",
		"ReturnValuesOnConditionCheckFailure": "ALL_OLD",
		"ExpressionAttributeValues": map[string]any{
			":v0": map[string]any{"N": "1"}, ":v1": map[string]any{"N": "1"}, ":v2": map[string]any{"N": "1"},
			":v3": map[string]any{"N": fmt.Sprint(now.Add(2 * time.Second).UnixNano())},
		},
	}
	if diff := cmp.Diff(want, s.asked[0]); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
}
