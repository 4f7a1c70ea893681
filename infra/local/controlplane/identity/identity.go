// Package identity makes who is who in the local control plane: one certificate
// authority, the certificates it signs, service account keys and kubeconfigs.
//
// Kubernetes reads a client certificate's common name as the user and its
// organizations as the groups; a node is the user system:node:NAME in the group
// system:nodes. Nothing here is a secret of value: it opens a cluster on
// 127.0.0.1 for as long as its folder lives.
package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// validity of every certificate. A local cluster is thrown away long before.
const validity = 365 * 24 * time.Hour

// Pair is a certificate and its key, both PEM.
type Pair struct{ Cert, Key []byte }

// Authority signs certificates.
type Authority struct {
	Pair
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	now  time.Time
}

// NewAuthority makes an authority whose certificates are valid from a little
// before now.
func NewAuthority(name string, now time.Time) (*Authority, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	a := &Authority{now: now}
	pair, err := a.sign(template)
	if err != nil {
		return nil, fmt.Errorf("making the authority %s: %w", name, err)
	}
	return ParseAuthority(pair, now)
}

// ParseAuthority reads an authority that was stored as PEM.
func ParseAuthority(pair Pair, now time.Time) (*Authority, error) {
	certBlock, _ := pem.Decode(pair.Cert)
	keyBlock, _ := pem.Decode(pair.Key)
	if certBlock == nil || keyBlock == nil {
		return nil, fmt.Errorf("reading the authority: certificate or key is not PEM")
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the authority's certificate: %w", err)
	}
	key, err := x509.ParseECPrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the authority's key: %w", err)
	}
	return &Authority{Pair: pair, cert: cert, key: key, now: now}, nil
}

// Server makes the identity of a TLS server known by the names and addresses.
func (a *Authority) Server(name string, names []string, addresses []net.IP) (Pair, error) {
	pair, err := a.sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    names,
		IPAddresses: addresses,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return Pair{}, fmt.Errorf("signing the server %s: %w", name, err)
	}
	return pair, nil
}

// Client makes the identity of a Kubernetes user in groups.
func (a *Authority) Client(user string, groups ...string) (Pair, error) {
	pair, err := a.sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return Pair{}, fmt.Errorf("signing the client %s: %w", user, err)
	}
	return pair, nil
}

// sign completes the template and signs it; an authority without a certificate
// yet signs its own.
func (a *Authority) sign(template *x509.Certificate) (Pair, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return Pair{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber = serial
	// An hour back: clocks of containers and hosts differ.
	template.NotBefore = a.now.Add(-time.Hour)
	template.NotAfter = a.now.Add(validity)

	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return Pair{}, err
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return Pair{}, err
	}
	return Pair{Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), Key: keyPEM}, nil
}

// NewKey makes a private key, PEM, such as signs service account tokens.
func NewKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return encodeKey(key)
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}
