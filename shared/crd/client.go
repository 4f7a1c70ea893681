package crd

import (
	"context"
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
	http   *http.Client
}

// New makes a client. It connects when it is first used.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	return &Client{options: o}
}

// CloseIdle closes the connections that no request uses: a frozen function's are dead when it thaws.
func (c *Client) CloseIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.http != nil {
		c.http.CloseIdleConnections()
	}
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
	config := &rest.Config{
		Host:            url,
		TLSClientConfig: rest.TLSClientConfig{CAData: ca},
		Timeout:         c.options.Timeout,
		QPS:             -1, // the API server's priority levels do that
		UserAgent:       "slipway",
		WrapTransport: func(next http.RoundTripper) http.RoundTripper {
			return bearer{next, c.options.Token}
		},
	}
	c.http, err = rest.HTTPClientFor(config)
	if err == nil {
		c.client, err = dynamic.NewForConfigAndClient(config, c.http)
	}
	if err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: "connect to the API server", Err: err}
	}
	return c.client, nil
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
