package crd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/slipway-dev/slipway/shared/model"
)

// Options of a Client, in the shape of shared/kube's.
type Options struct {
	// Endpoint gives the API server's URL and the PEM certificates that its own must descend from.
	Endpoint func(context.Context) (url string, ca []byte, err error)
	// Token gives the bearer token of the next request.
	Token func(context.Context) (string, error)
	// Timeout of one request; 0 is 10 s.
	Timeout time.Duration
}

// Client changes the objects that install and catalog care for. Each method is one request; errors are
// *model.Error. It is safe for concurrent use.
type Client struct {
	options Options

	mu     sync.Mutex
	client dynamic.Interface // nil until used
}

// New makes a client. It connects when it is first used.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	return &Client{options: o}
}

func (c *Client) connect(ctx context.Context) (dynamic.Interface, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client != nil {
		return c.client, nil
	}
	url, ca, err := c.options.Endpoint(ctx)
	if err != nil {
		return nil, fmt.Errorf("endpoint: %w", err)
	}
	transport, err := transportTo(ca)
	if err == nil {
		// QPS -1: the API server's priority levels do that.
		c.client, err = dynamic.NewForConfigAndClient(&rest.Config{Host: url, QPS: -1, UserAgent: "slipway"},
			&http.Client{Transport: bearer{transport, c.options.Token}, Timeout: c.options.Timeout})
	}
	if err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: "connect to the API server", Err: err}
	}
	return c.client, nil
}

// idleFor is how long a connection is believed to live while nobody uses it. A function that was frozen for longer
// begins with a new one; its old ones are dead.
const idleFor = 5 * time.Second

func transportTo(ca []byte) (*http.Transport, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, errors.New("no certificate in the cluster's CA")
	}
	return &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		IdleConnTimeout:   idleFor,
	}, nil
}

// bearer puts the token of the moment on each request.
type bearer struct {
	next  http.RoundTripper
	token func(context.Context) (string, error)
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := b.token(r.Context())
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token)
	return b.next.RoundTrip(r)
}
