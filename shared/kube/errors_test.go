package kube

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestErrorsHaveKinds(t *testing.T) {
	uid := metav1.StatusCause{Type: metav1.CauseTypeFieldValueInvalid, Field: "metadata.uid"}
	budget := metav1.StatusCause{Type: "DisruptionBudget"}
	tests := []struct {
		code   int32
		reason metav1.StatusReason
		causes []metav1.StatusCause
		want   model.ErrorKind
	}{
		{400, metav1.StatusReasonBadRequest, nil, model.Invalid},
		{401, metav1.StatusReasonUnauthorized, nil, model.Denied},
		{403, metav1.StatusReasonForbidden, nil, model.Denied},
		{404, metav1.StatusReasonNotFound, nil, model.NotFound},
		{409, metav1.StatusReasonConflict, nil, model.Conflict},
		{409, metav1.StatusReasonAlreadyExists, nil, model.AlreadyExists},
		{410, metav1.StatusReasonExpired, nil, model.Gone},
		{422, metav1.StatusReasonInvalid, nil, model.Invalid},
		{422, metav1.StatusReasonInvalid, []metav1.StatusCause{{Type: "FieldValueInvalid", Field: "spec.x"}}, model.Invalid},
		{422, metav1.StatusReasonInvalid, []metav1.StatusCause{uid}, model.Conflict},
		{429, metav1.StatusReasonTooManyRequests, nil, model.Throttled},
		{429, metav1.StatusReasonTooManyRequests, []metav1.StatusCause{budget}, model.BlockedByPDB},
		{500, metav1.StatusReasonInternalError, nil, model.NoAnswer},
		{503, metav1.StatusReasonServiceUnavailable, nil, model.NoAnswer},
		{504, metav1.StatusReasonTimeout, nil, model.NoAnswer},
	}
	for _, test := range tests {
		t.Run(string(test.want)+" "+string(test.reason), func(t *testing.T) {
			calls := 0
			a := newAPI(t, func(_ *api, w http.ResponseWriter, _ *http.Request) {
				calls++
				fail(w, test.code, test.reason, test.causes...)
			})
			_, err := a.client(t).NodePool(context.Background(), "general")
			if got := model.KindOf(err); got != test.want {
				t.Errorf("kind %q, want %q: %v", got, test.want, err)
			}
			if text := "get NodePools general: " + string(test.reason) + ": because of " + string(test.reason); err.Error() != text {
				t.Errorf("error: %v", err)
			}
			if want := map[bool]int{true: 2, false: 1}[test.code == 401]; calls != want {
				t.Errorf("%d calls, want %d", calls, want)
			}
		})
	}
}

func TestAnswersThatAreNotTheAPIs(t *testing.T) {
	tests := []struct {
		name  string
		write func(http.ResponseWriter)
		kind  model.ErrorKind
		says  string
	}{
		{"a proxy's error page", func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, "<html>no backend")
		}, model.NoAnswer, "502 Bad Gateway <html>no backend"},
		{"a page in place of an object", func(w http.ResponseWriter) { io.WriteString(w, "<html>log in") }, model.NoAnswer, "answer: "},
		{"half an object", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", typeProtobuf)
			io.WriteString(w, protobufMagic+"\x0a\xff")
		}, model.NoAnswer, "answer: "},
		{"nothing", func(w http.ResponseWriter) { w.Header().Set("Content-Type", typeProtobuf) }, model.NoAnswer, "not the API's protobuf"},
		{"the line is cut", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "{")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, model.NoAnswer, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAPI(t, func(_ *api, w http.ResponseWriter, _ *http.Request) { test.write(w) })
			_, err := a.client(t).Nodes(context.Background(), "")
			if !model.IsKind(err, test.kind) || err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error: %v", err)
			}
		})
	}
}
