package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"

	"k8s.io/klog/v2"

	"github.com/slipway-dev/slipway/infra/local/controlplane/settings"
)

// run serves until stop ends, and returns nil then; an error means that the
// control plane could not start or that a part of it failed.
func run(stop context.Context, s settings.Serve) error {
	l := s.Layout()
	if err := claimFolder(l); err != nil {
		return err
	}
	// etcd's sockets are relative; see settings.EtcdClient.
	if err := os.Chdir(l.Dir); err != nil {
		return fmt.Errorf("entering the folder: %w", err)
	}
	// Taken here, and handed to the API server: a port that was only looked up
	// could be somebody else's by then.
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", s.Port))
	if err != nil {
		return fmt.Errorf("taking the API server's port: %w", err)
	}
	server := "https://" + listener.Addr().String()
	if err := furnish(s, server, time.Now()); err != nil {
		return err
	}
	c, err := configure(s, listener)
	if err != nil {
		return err
	}
	store, err := startEtcd(stop, l)
	if err != nil {
		return orStopped(stop, fmt.Errorf("etcd: %w", err))
	}
	defer store.Close()
	g := newGroup(stop)
	g.watch("etcd", store.Err())
	return orStopped(stop, runComponents(g, c, l, server))
}

// runComponents starts the API server, then its clients, and stops them in the
// other order, so that nobody is left talking to a server that is gone.
func runComponents(g *group, c components, l settings.Layout, server string) error {
	front := g.start("kube-apiserver", c.runAPIServer)
	defer front.stop()
	if err := waitServing(g.ctx, l.Kubeconfig()); err != nil {
		return g.cause(err)
	}
	sched := g.start("kube-scheduler", c.runScheduler)
	defer sched.stop()
	ctrl := g.start("kube-controller-manager", c.runControllers)
	defer ctrl.stop()
	if err := waitAccounts(g.ctx, l.Kubeconfig()); err != nil {
		return g.cause(err)
	}
	if err := announce(l, server); err != nil {
		return err
	}
	defer os.Remove(l.Ready())
	klog.InfoS("The control plane is ready", "server", server, "kubeconfig", l.Kubeconfig())
	<-g.ctx.Done()
	return g.cause(nil)
}

// announce writes the ready file.
func announce(l settings.Layout, server string) error {
	content, err := json.MarshalIndent(settings.Ready{
		Server:     server,
		CAFile:     l.CACert(),
		Kubeconfig: l.Kubeconfig(),
		PID:        os.Getpid(),
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the ready file: %w", err)
	}
	return writeAll(map[string][]byte{l.Ready(): append(content, '\n')})
}

// orStopped turns what a part says while it is being stopped into success.
func orStopped(stop context.Context, err error) error {
	if stop.Err() != nil {
		return nil
	}
	return err
}
