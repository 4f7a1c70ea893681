package kube

import (
	"context"
	"sync"
	"time"
)

// Options of a Client.
type Options struct {
	// Endpoint gives the API server's URL and the PEM certificates that its own must descend from. It is asked
	// before the first request and again after Forget.
	Endpoint func(context.Context) (url string, ca []byte, err error)
	// Token gives the bearer token of the next request; it is expected to keep one until it is about to expire.
	Token func(context.Context) (string, error)
	// Forget says that endpoint or token were refused: what they gave may not be given again. May be nil.
	Forget func()
	// Timeout of one request with its answer, and of a watch's first byte; 0 is 10 s.
	Timeout time.Duration
	// Quiet is how long a drained watch has to be silent to count as drained; 0 is 10 ms.
	Quiet time.Duration
	// Agent is what the API server's audit log knows us by; empty is slipway.
	Agent string
}

// Client of one cluster's API server. It is safe for concurrent use.
type Client struct {
	options Options

	mu         sync.Mutex
	connection *connection // nil until used, and after it was refused
}

// New returns a client. It connects when it is first used.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Quiet == 0 {
		o.Quiet = 10 * time.Millisecond
	}
	if o.Agent == "" {
		o.Agent = "slipway"
	}
	return &Client{options: o}
}

// CloseIdle closes the connections that no request uses. Lambda freezes a function between invocations, and what
// the other side thinks of a connection by then cannot be known.
func (c *Client) CloseIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.connection != nil {
		c.connection.transport.CloseIdleConnections()
	}
}
