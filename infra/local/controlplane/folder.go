package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/slipway-dev/slipway/infra/local/controlplane/identity"
	"github.com/slipway-dev/slipway/infra/local/controlplane/settings"
)

// The users that the components are. RBAC gives them what they need at start-up,
// as it does on every cluster.
const (
	adminGroup      = "system:masters"
	schedulerUser   = "system:kube-scheduler"
	controllersUser = "system:kube-controller-manager"
)

// claimFolder makes the folder, refuses one in which a control plane already
// runs, and withdraws a ready file that an earlier one left. The lock ends with
// the process.
func claimFolder(l settings.Layout) error {
	for _, dir := range []string{l.Dir, l.Certs(), filepath.Dir(l.SchedulerConfig()), l.EtcdData()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("making the folder: %w", err)
		}
	}
	lock, err := syscall.Open(l.Lock(), syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return fmt.Errorf("opening %s: %w", l.Lock(), err)
	}
	if err := syscall.Flock(lock, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("a control plane already runs in %s", l.Dir)
	}
	if err := os.Remove(l.Ready()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("withdrawing the ready file: %w", err)
	}
	return nil
}

// furnish writes every file that the components read. The authority and the
// service account key stay as they are if they exist, so that certificates and
// tokens given out before are still good.
func furnish(s settings.Serve, server string, now time.Time) error {
	l := s.Layout()
	ca, err := authority(l, now)
	if err != nil {
		return err
	}
	apiserver, err := ca.Server("kube-apiserver",
		[]string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
		[]net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.IPv4(10, 100, 0, 1)})
	if err != nil {
		return err
	}
	files := map[string][]byte{
		l.ServerCert():      apiserver.Cert,
		l.ServerKey():       apiserver.Key,
		l.SchedulerConfig(): []byte(s.SchedulerConfiguration()),
		l.TokenWebhook():    identity.Webhook(s.AuthWebhook),
	}
	for path, user := range map[string][]string{
		l.Kubeconfig():            {"slipway-local-admin", adminGroup},
		l.SchedulerKubeconfig():   {schedulerUser},
		l.ControllersKubeconfig(): {controllersUser},
	} {
		client, err := ca.Client(user[0], user[1:]...)
		if err != nil {
			return err
		}
		files[path] = identity.Kubeconfig(server, ca.Cert, client)
	}
	return writeAll(files)
}

// authority reads the folder's certificate authority, or makes it together with
// the service account key.
func authority(l settings.Layout, now time.Time) (*identity.Authority, error) {
	cert, err := os.ReadFile(l.CACert())
	if err == nil {
		key, err := os.ReadFile(l.CAKey())
		if err != nil {
			return nil, fmt.Errorf("reading the authority's key: %w", err)
		}
		return identity.ParseAuthority(identity.Pair{Cert: cert, Key: key}, now)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the authority: %w", err)
	}
	ca, err := identity.NewAuthority("slipway-local", now)
	if err != nil {
		return nil, err
	}
	tokens, err := identity.NewKey()
	if err != nil {
		return nil, err
	}
	if err := writeAll(map[string][]byte{l.ServiceAccountKey(): tokens, l.CAKey(): ca.Key}); err != nil {
		return nil, err
	}
	// Last: its presence says that the other two are there.
	return ca, writeAll(map[string][]byte{l.CACert(): ca.Cert})
}

// writeAll replaces each file whole, never leaving half of one.
func writeAll(files map[string][]byte) error {
	for path, content := range files {
		partial := path + ".partial"
		if err := os.WriteFile(partial, content, 0o600); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		if err := os.Rename(partial, path); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	return nil
}
