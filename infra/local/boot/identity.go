package boot

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/slipway-dev/slipway/infra/local/cluster"
)

// authority is what the API server trusts for client certificates: it signs the identities that a kubelet's TLS
// bootstrap would end with.
type authority struct{ cert, key []byte } // PEM

func loadAuthority(certFile, keyFile string) (*authority, error) {
	cert, err := os.ReadFile(certFile)
	if err != nil {
		return nil, fmt.Errorf("boot: client authority: %w", err)
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fmt.Errorf("boot: client authority: %w", err)
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return nil, fmt.Errorf("boot: client authority: %w", err)
	}
	return &authority{cert: cert, key: key}, nil
}

// transport is a node's own connection. The certificate is the identity, so nodes cannot share one; the server is
// trusted by the authority that the node's user data names. The caller closes its idle connections when the node is
// gone.
func (a *authority) transport(nodeName string, serverCA []byte) (*http.Transport, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(serverCA) {
		return nil, errors.New("boot: the user data's certificate authority is not PEM")
	}
	cert, key, err := cluster.SignNode(a.cert, a.key, nodeName, time.Now())
	if err != nil {
		return nil, fmt.Errorf("boot: %w", err)
	}
	identity, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("boot: identity of %s: %w", nodeName, err)
	}
	return &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{identity}, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		IdleConnTimeout:     90 * time.Second, // longer than between two heartbeats
		TLSHandshakeTimeout: 10 * time.Second,
	}, nil
}
