package main

import (
	"context"
	"fmt"
	"net/url"

	"go.etcd.io/etcd/server/v3/embed"

	"github.com/slipway-dev/slipway/infra/local/controlplane/settings"
)

// startEtcd returns a store that serves. The process's working directory must be
// the folder of l: the sockets are relative to it.
func startEtcd(ctx context.Context, l settings.Layout) (*embed.Etcd, error) {
	client, err := url.Parse(settings.EtcdClient)
	if err != nil {
		return nil, fmt.Errorf("etcd's client socket: %w", err)
	}
	peer, err := url.Parse(settings.EtcdPeer)
	if err != nil {
		return nil, fmt.Errorf("etcd's peer socket: %w", err)
	}
	config := embed.NewConfig()
	config.Dir = l.EtcdData()
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*client}, []url.URL{*client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{*peer}, []url.URL{*peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.EnableGRPCGateway = false
	config.LogLevel = "error"
	// A machine that loses power loses this cluster; a killed process does not.
	config.UnsafeNoFsync = true

	store, err := embed.StartEtcd(config)
	if err != nil {
		return nil, fmt.Errorf("starting: %w", err)
	}
	select {
	case <-store.Server.ReadyNotify():
		return store, nil
	case err := <-store.Err():
		return nil, fmt.Errorf("starting: %w", err)
	case <-ctx.Done():
		store.Close()
		return nil, ctx.Err()
	}
}
