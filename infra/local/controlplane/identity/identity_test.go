package identity

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func newAuthority(t *testing.T) *Authority {
	t.Helper()
	ca, err := NewAuthority("test", now)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// leaf checks that the pair fits together and returns its certificate.
func leaf(t *testing.T, pair Pair) *x509.Certificate {
	t.Helper()
	if _, err := tls.X509KeyPair(pair.Cert, pair.Key); err != nil {
		t.Fatalf("certificate and key don't fit: %v", err)
	}
	block, _ := pem.Decode(pair.Cert)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func verify(ca *Authority, cert *x509.Certificate, at time.Time, usage x509.ExtKeyUsage) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.Cert)
	_, err := cert.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
	return err
}

func TestClient(t *testing.T) {
	ca := newAuthority(t)
	pair, err := ca.Client("system:node:n1", "system:nodes")
	if err != nil {
		t.Fatal(err)
	}
	cert := leaf(t, pair)
	if cert.Subject.CommonName != "system:node:n1" || !slices.Equal(cert.Subject.Organization, []string{"system:nodes"}) {
		t.Errorf("subject %s, want the user and its group", cert.Subject)
	}
	if err := verify(ca, cert, now, x509.ExtKeyUsageClientAuth); err != nil {
		t.Errorf("as a client: %v", err)
	}
	if err := verify(ca, cert, now, x509.ExtKeyUsageServerAuth); err == nil {
		t.Error("a client's certificate may serve")
	}
	if err := verify(newAuthority(t), cert, now, x509.ExtKeyUsageClientAuth); err == nil {
		t.Error("another authority accepts the certificate")
	}
	if err := verify(ca, cert, now.Add(2*validity), x509.ExtKeyUsageClientAuth); err == nil {
		t.Error("the certificate never ends")
	}
}

func TestServer(t *testing.T) {
	ca := newAuthority(t)
	pair, err := ca.Server("apiserver", []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	cert := leaf(t, pair)
	if err := verify(ca, cert, now, x509.ExtKeyUsageServerAuth); err != nil {
		t.Errorf("as a server: %v", err)
	}
	for host, known := range map[string]bool{"localhost": true, "127.0.0.1": true, "example.org": false} {
		if err := cert.VerifyHostname(host); (err == nil) != known {
			t.Errorf("%s: %v, want known %v", host, err, known)
		}
	}
}

// A stored authority goes on signing for those who trust its certificate.
func TestParseAuthority(t *testing.T) {
	first := newAuthority(t)
	again, err := ParseAuthority(first.Pair, now)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := again.Client("u")
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(first, leaf(t, pair), now, x509.ExtKeyUsageClientAuth); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]Pair{
		"nothing":          {},
		"no key":           {Cert: first.Cert},
		"key for cert":     {Cert: first.Key, Key: first.Key},
		"cert for the key": {Cert: first.Cert, Key: first.Cert},
	} {
		if _, err := ParseAuthority(bad, now); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestKubeconfigCarriesAll(t *testing.T) {
	got := string(Kubeconfig("https://127.0.0.1:1", []byte("ca"), Pair{Cert: []byte("cert"), Key: []byte("key")}))
	for _, want := range []string{`server: "https://127.0.0.1:1"`, "authority-data: Y2E=", "certificate-data: Y2VydA==", "key-data: a2V5"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if !bytes.Contains(Webhook("http://h/t"), []byte(`server: "http://h/t"`)) {
		t.Error("the webhook's file does not name its URL")
	}
}
