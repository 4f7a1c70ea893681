package kube

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

// access gives endpoint and token of a cluster, stale ones until they are forgotten.
type access struct {
	mu     sync.Mutex
	stale  bool
	forgot int
	asked  int
	old    func() (string, []byte)
	new    func() (string, []byte)
}

func (x *access) client(t *testing.T) *Client {
	c := New(Options{
		Endpoint: func(context.Context) (string, []byte, error) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.asked++
			if x.stale {
				url, ca := x.old()
				return url, ca, nil
			}
			url, ca := x.new()
			return url, ca, nil
		},
		Token: func(context.Context) (string, error) {
			x.mu.Lock()
			defer x.mu.Unlock()
			return fmt.Sprint("token-", x.forgot), nil
		},
		Forget: func() {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.stale = false
			x.forgot++
		},
	})
	t.Cleanup(c.CloseIdle)
	return c
}

func namespaceAPI(t *testing.T) *api {
	return newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		a.protobuf(w, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{UID: "u"}})
	})
}

func TestRefusedCertificateIsForgotten(t *testing.T) {
	a, other := namespaceAPI(t), namespaceAPI(t)
	unknown := func() (string, []byte) { return "https://cluster.invalid", a.ca() }
	// The test server's certificates are all the same one; another name is what makes it wrong.
	misnamed := func() (string, []byte) {
		_, port, _ := net.SplitHostPort(other.Listener.Addr().String())
		return "https://localhost:" + port, other.ca()
	}
	for name, old := range map[string]func() (string, []byte){"a name that is not known": unknown, "a certificate for another name": misnamed} {
		t.Run(name, func(t *testing.T) {
			x := &access{stale: true, old: old, new: func() (string, []byte) { return a.URL, a.ca() }}
			if uid, err := x.client(t).UID(context.Background()); uid != "u" || err != nil {
				t.Fatalf("UID = %q, %v", uid, err)
			}
			if x.forgot != 1 || x.asked != 2 {
				t.Errorf("forgot %d times, asked %d times", x.forgot, x.asked)
			}
		})
	}
}

func TestRefusedTokenIsForgottenOnce(t *testing.T) {
	var calls atomic.Int64
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.Header.Get("Authorization") == "Bearer token-0" {
			fail(w, 401, metav1.StatusReasonUnauthorized)
			return
		}
		a.protobuf(w, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{UID: "u"}})
	})
	x := &access{new: func() (string, []byte) { return a.URL, a.ca() }}
	c := x.client(t)
	for range 3 {
		if uid, err := c.UID(context.Background()); uid != "u" || err != nil {
			t.Fatalf("UID = %q, %v", uid, err)
		}
	}
	if x.forgot != 1 || calls.Load() != 4 {
		t.Errorf("forgot %d times, %d calls", x.forgot, calls.Load())
	}
}

func TestManyRefusalsForgetOnce(t *testing.T) {
	const n = 5
	var first sync.WaitGroup // all of the first requests are under way before one is refused
	first.Add(n)
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-0" {
			first.Done()
			first.Wait()
			fail(w, 401, metav1.StatusReasonUnauthorized)
			return
		}
		a.protobuf(w, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{UID: "u"}})
	})
	x := &access{new: func() (string, []byte) { return a.URL, a.ca() }}
	c := x.client(t)
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if uid, err := c.UID(context.Background()); uid != "u" || err != nil {
				t.Errorf("UID = %q, %v", uid, err)
			}
		})
	}
	all.Wait()
	if x.forgot != 1 {
		t.Errorf("forgot %d times", x.forgot)
	}
}

func TestEndpointsThatCannotBeUsed(t *testing.T) {
	for name, endpoint := range map[string]func(context.Context) (string, []byte, error){
		"plain http":     func(context.Context) (string, []byte, error) { return "http://127.0.0.1:1", nil, nil },
		"no certificate": func(context.Context) (string, []byte, error) { return "https://127.0.0.1:1", []byte("x"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			c := New(Options{Endpoint: endpoint, Token: func(context.Context) (string, error) { return "dummy", nil }})
			if _, err := c.UID(context.Background()); !model.IsKind(err, model.Invalid) {
				t.Errorf("error: %v", err)
			}
		})
	}
	lost := &model.Error{Kind: model.Throttled, Op: "describe cluster"}
	c := New(Options{Endpoint: func(context.Context) (string, []byte, error) { return "", nil, lost }})
	if _, err := c.UID(context.Background()); !errors.Is(err, lost) || !model.IsKind(err, model.Throttled) {
		t.Errorf("error: %v", err)
	}
}

func TestCloseIdleClosesConnections(t *testing.T) {
	var from []string // the client's address of each request, one per connection
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		from = append(from, r.RemoteAddr)
		a.protobuf(w, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{UID: "u"}})
	})
	c := a.client(t)
	for i := range 3 {
		if i == 2 {
			c.CloseIdle()
		}
		if _, err := c.UID(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if from[0] != from[1] || from[1] == from[2] {
		t.Errorf("requests came from %q", from)
	}
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	for name, begin := range map[string]func(http.ResponseWriter){
		"nothing comes":        func(http.ResponseWriter) {},
		"the body never comes": func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, func(_ *api, w http.ResponseWriter, r *http.Request) {
				begin(w)
				<-r.Context().Done()
			})
			c := a.client(t)
			c.options.Timeout = 200 * time.Millisecond
			if _, err := c.Nodes(context.Background(), ""); !model.IsKind(err, model.NoAnswer) {
				t.Errorf("error: %v", err)
			}
		})
	}
}
