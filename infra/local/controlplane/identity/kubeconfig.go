package identity

import (
	"encoding/base64"
	"fmt"
)

// Kubeconfig is the file by which a client reaches server (a URL) as the holder
// of client. It carries all it needs: it may be copied anywhere.
func Kubeconfig(server string, ca []byte, client Pair) []byte {
	encode := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: slipway-local
clusters:
- name: slipway-local
  cluster:
    server: %q
    certificate-authority-data: %s
users:
- name: slipway-local
  user:
    client-certificate-data: %s
    client-key-data: %s
contexts:
- name: slipway-local
  context: {cluster: slipway-local, user: slipway-local}
`, server, encode(ca), encode(client.Cert), encode(client.Key))
}

// Webhook is the file, of a kubeconfig's form, that names the URL to which
// kube-apiserver posts its TokenReviews.
func Webhook(url string) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: webhook
clusters:
- name: webhook
  cluster: {server: %q}
contexts:
- name: webhook
  context: {cluster: webhook, user: ""}
`, url)
}
