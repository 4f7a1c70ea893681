package settings

import "path/filepath"

// Layout names every file below Dir. Those at the top are for others to read;
// the folders are the control plane's own.
type Layout struct{ Dir string }

// Layout of the files of s.
func (s Serve) Layout() Layout { return Layout{s.Dir} }

func (l Layout) at(elem ...string) string {
	return filepath.Join(append([]string{l.Dir}, elem...)...)
}

// Ready is written last, and removed first: see the type Ready.
func (l Layout) Ready() string { return l.at("ready") }

// Kubeconfig of a cluster administrator, by client certificate.
func (l Layout) Kubeconfig() string { return l.at("kubeconfig") }

// CACert signs the API server's certificate and every client certificate.
func (l Layout) CACert() string { return l.at("ca.crt") }

// CAKey lets the boot stand-in sign node identities, as EKS does for nodes that
// prove theirs.
func (l Layout) CAKey() string { return l.at("ca.key") }

// Lock is held for as long as a control plane runs in Dir.
func (l Layout) Lock() string { return l.at("lock") }

// Certs is where kube-apiserver may write what it makes itself.
func (l Layout) Certs() string { return l.at("pki") }

// ServerCert and ServerKey are the API server's own identity.
func (l Layout) ServerCert() string { return l.at("pki", "apiserver.crt") }

// ServerKey belongs to ServerCert.
func (l Layout) ServerKey() string { return l.at("pki", "apiserver.key") }

// ServiceAccountKey signs service account tokens, and verifies them.
func (l Layout) ServiceAccountKey() string { return l.at("pki", "service-account.key") }

// SchedulerKubeconfig is kube-scheduler's identity.
func (l Layout) SchedulerKubeconfig() string { return l.at("components", "scheduler.kubeconfig") }

// SchedulerConfig is kube-scheduler's KubeSchedulerConfiguration.
func (l Layout) SchedulerConfig() string { return l.at("components", "scheduler.yaml") }

// ControllersKubeconfig is kube-controller-manager's identity.
func (l Layout) ControllersKubeconfig() string {
	return l.at("components", "controller-manager.kubeconfig")
}

// TokenWebhook tells kube-apiserver, in a kubeconfig's form, whom to ask.
func (l Layout) TokenWebhook() string { return l.at("components", "token-webhook.kubeconfig") }

// EtcdData is etcd's store.
func (l Layout) EtcdData() string { return l.at("etcd") }

// EtcdClient and EtcdPeer are sockets below Dir and not ports: nobody but the
// owner of Dir can read the store. They are relative to Dir, the process's
// working directory, because a socket's path may be no longer than 107 bytes.
const (
	EtcdClient = "unix://etcd.sock"
	EtcdPeer   = "unix://etcd-peer.sock"
)

// Ready is the content of the ready file, as JSON.
type Ready struct {
	Server     string `json:"server"`     // https://127.0.0.1:PORT
	CAFile     string `json:"caFile"`     // Layout.CACert
	Kubeconfig string `json:"kubeconfig"` // Layout.Kubeconfig
	PID        int    `json:"pid"`
}
