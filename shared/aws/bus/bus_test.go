package bus_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/aws/bus"
	"github.com/slipway-dev/slipway/shared/model"
)

func serve(t *testing.T, answer string) (*bus.Bus, *[]byte) {
	t.Helper()
	var asked []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if _, err := io.WriteString(w, answer); err != nil {
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(server.Close)
	return bus.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("dummy", "dummy", ""),
	}, "slipway"), &asked
}

func TestPut(t *testing.T) {
	b, asked := serve(t, `{"FailedEntryCount":0,"Entries":[{"EventId":"1"},{"EventId":"2"}]}`)
	entries := []bus.Entry{{"slipway", "Pods Pending", `{"count":1}`}, {"slipway", "Tick", `{}`}}
	if err := b.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(*asked, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"Entries": []any{
		map[string]any{"EventBusName": "slipway", "Source": "slipway", "DetailType": "Pods Pending", "Detail": `{"count":1}`},
		map[string]any{"EventBusName": "slipway", "Source": "slipway", "DetailType": "Tick", "Detail": `{}`},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
}

func TestPutNamesWhatWasNotTaken(t *testing.T) {
	b, _ := serve(t, `{"FailedEntryCount":2,"Entries":[{"EventId":"1"},{"ErrorCode":"ThrottlingException","ErrorMessage":"slow down"},{"ErrorCode":"InternalFailure"}]}`)
	err := b.Put(t.Context(), []bus.Entry{{DetailType: "A"}, {DetailType: "B"}, {DetailType: "C"}})
	if !model.IsKind(err, model.Throttled) {
		t.Fatalf("error %v is %s", err, model.KindOf(err))
	}
	for _, part := range []string{"B (2 of 3): ThrottlingException: slow down", "C (3 of 3): InternalFailure"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestPutLimits(t *testing.T) {
	b, asked := serve(t, `{}`)
	if err := b.Put(t.Context(), nil); err != nil {
		t.Errorf("nothing: %v", err)
	}
	if err := b.Put(t.Context(), make([]bus.Entry, 11)); !model.IsKind(err, model.Invalid) {
		t.Errorf("11 entries: %v", err)
	}
	if *asked != nil {
		t.Errorf("EventBridge was asked: %s", *asked)
	}
}
