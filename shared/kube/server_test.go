package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// api is an API server for tests: it answers with what handle says, in the encoding that the real one would use.
type api struct {
	*httptest.Server
	proto *protobuf.Serializer
	raw   *protobuf.RawSerializer
}

func newAPI(t testing.TB, handle func(*api, http.ResponseWriter, *http.Request)) *api {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	a := &api{proto: protobuf.NewSerializer(scheme, scheme), raw: protobuf.NewRawSerializer(scheme, scheme)}
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handle(a, w, r) }))
	a.EnableHTTP2 = true
	a.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail are what some tests are about
	a.StartTLS()
	t.Cleanup(a.Close)
	return a
}

// ca is the certificate to trust.
func (a *api) ca() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate().Raw})
}

func (a *api) client(t testing.TB) *Client {
	t.Helper()
	c := New(Options{
		Endpoint: func(context.Context) (string, []byte, error) { return a.URL, a.ca(), nil },
		Token:    func(context.Context) (string, error) { return "dummy-token", nil },
		// A test's machine may stall: wait long enough for what is there to arrive.
		Quiet: time.Second,
	})
	t.Cleanup(c.CloseIdle)
	return c
}

// protobuf answers with an object of the core API.
func (a *api) protobuf(w http.ResponseWriter, object runtime.Object) {
	w.Header().Set("Content-Type", typeProtobuf)
	if err := a.proto.Encode(object, w); err != nil {
		panic(err)
	}
}

// event sends a message of a protobuf watch.
func (a *api) event(w http.ResponseWriter, kind string, object runtime.Object) {
	w.Header().Set("Content-Type", typeProtobuf+";stream=watch")
	var inner, outer bytes.Buffer
	if err := a.proto.Encode(object, &inner); err != nil {
		panic(err)
	}
	e := &metav1.WatchEvent{Type: kind, Object: runtime.RawExtension{Raw: inner.Bytes()}}
	if err := a.raw.Encode(e, &outer); err != nil {
		panic(err)
	}
	if _, err := protobuf.LengthDelimitedFramer.NewFrameWriter(w).Write(outer.Bytes()); err != nil {
		panic(http.ErrAbortHandler)
	}
	w.(http.Flusher).Flush()
}

// hold keeps a stream open until the client closes it.
func hold(w http.ResponseWriter, r *http.Request) {
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// fail answers with a Status.
func fail(w http.ResponseWriter, code int32, reason metav1.StatusReason, causes ...metav1.StatusCause) {
	w.Header().Set("Content-Type", typeJSON)
	w.WriteHeader(int(code))
	status := metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   "Failure", Reason: reason, Code: code, Message: "because of " + string(reason),
	}
	if causes != nil {
		status.Details = &metav1.StatusDetails{Causes: causes}
	}
	if err := json.NewEncoder(w).Encode(status); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// recorder answers every write with a bare object and keeps the requests as text.
type recorder struct{ requests []string }

func (rec *recorder) handle(_ *api, w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var pretty bytes.Buffer
	if json.Indent(&pretty, body, "", "  ") == nil {
		body = pretty.Bytes()
	}
	rec.requests = append(rec.requests, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Content-Type")+"\n"+string(body)+"\n")
	w.Header().Set("Content-Type", typeJSON)
	if strings.HasSuffix(r.URL.Path, "/events") && len(rec.requests) > 1 {
		fail(w, http.StatusConflict, metav1.StatusReasonAlreadyExists)
		return
	}
	io.WriteString(w, `{"metadata":{"name":"made","resourceVersion":"8"}}`)
}
