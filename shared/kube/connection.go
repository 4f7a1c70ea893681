package kube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// connection is what is kept of an endpoint.
type connection struct {
	base      *url.URL
	transport *http.Transport
}

// connect returns the connection in use, or makes one to the endpoint.
func (c *Client) connect(ctx context.Context) (*connection, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.connection != nil {
		return c.connection, nil
	}
	address, ca, err := c.options.Endpoint(ctx)
	if err != nil {
		return nil, fmt.Errorf("endpoint: %w", err)
	}
	made, err := newConnection(address, ca, c.options.Timeout)
	if err != nil {
		return nil, &model.Error{Kind: model.Invalid, Op: "endpoint", Err: err}
	}
	c.connection = made
	return made, nil
}

// refuse drops a connection whose certificate, name or token was refused. Of several requests that find out at the
// same time only the first forgets, so that they do not drop each other's new one.
func (c *Client) refuse(old *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.connection != old {
		return
	}
	c.connection = nil
	old.transport.CloseIdleConnections()
	if c.options.Forget != nil {
		c.options.Forget()
	}
}

func newConnection(address string, ca []byte, timeout time.Duration) (*connection, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("%q is not an https URL", address) // a token would travel in the clear
	}
	var roots *x509.CertPool // nil: the system's
	if len(ca) > 0 {
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(ca) {
			return nil, errors.New("no certificate in the cluster's CA")
		}
	}
	// Every invocation connects anew, which is cheaper when the TLS session goes on.
	security := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(4)}
	return &connection{base: base, transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		TLSClientConfig:       security,
		TLSHandshakeTimeout:   3 * time.Second,
		ResponseHeaderTimeout: timeout,
		ForceAttemptHTTP2:     true,
		// A connection that died while nobody looked is found by pings instead of by a request's timeout.
		HTTP2:               &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		DisableCompression:  true, // the network is faster than gzip on either side
		MaxIdleConnsPerHost: 8,
		IdleConnTimeout:     time.Minute,
	}}, nil
}

// misdirected reports whether the request never reached the cluster because its address or its certificate is not
// what we think: the cluster was made anew, or its CA was rotated.
func misdirected(err error) bool {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	return errors.As(err, &certificate) || errors.As(err, &dns) && dns.IsNotFound
}
