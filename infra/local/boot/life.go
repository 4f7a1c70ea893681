package boot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nursery is what the lives of all instances share.
type nursery struct {
	options Options
	signer  *authority
	version string // of the API server, and so of every kubelet
	pods    *pods
	lookup  func(nodeName string) (*corev1.Node, bool)
}

// live is an instance's life from the moment it runs until the context ends, which is when it no longer runs.
// A booted instance has been through its boot before this process began.
func (n *nursery) live(ctx context.Context, instance types.Instance, booted bool) {
	log := n.options.Log.With("instance", aws.ToString(instance.InstanceId))
	if !booted && !pause(ctx, n.options.BootDelay) {
		return
	}
	k, devices, err := n.boot(ctx, instance, log)
	if err != nil {
		if ctx.Err() == nil {
			log.Warn("never joins", "error", err)
		}
		return
	}
	defer k.close()
	log = log.With("node", k.node.Name)
	if !persist(ctx, log, k.register) {
		return
	}
	log.Info("registered")
	n.pods.attach(k)
	defer n.pods.detach(k)
	beats := make(chan struct{})
	go func() {
		defer close(beats)
		k.heartbeat(ctx, n.lookup, func(err error) { log.Warn("heartbeat", "error", err) })
	}()
	n.mature(ctx, k, devices, log)
	<-beats
}

// mature takes a registered node to Ready and to its devices.
func (n *nursery) mature(ctx context.Context, k *kubelet, devices map[string]int64, log *slog.Logger) {
	if !pause(ctx, n.options.ReadyDelay) || !persist(ctx, log, k.reportReady) {
		return
	}
	log.Info("ready")
	if len(devices) == 0 || !pause(ctx, n.options.DeviceDelay) {
		return
	}
	if persist(ctx, log, func(ctx context.Context) error { return k.addDevices(ctx, devices) }) {
		log.Info("devices announced", "devices", devices)
	}
}

// boot goes from user data to a kubelet with an identity. An error is final: the instance never joins.
func (n *nursery) boot(ctx context.Context, instance types.Instance, log *slog.Logger) (*kubelet, map[string]int64, error) {
	shape, ok := n.options.Types(string(instance.InstanceType))
	if !ok {
		return nil, nil, fmt.Errorf("unknown instance type %s", instance.InstanceType)
	}
	id := aws.ToString(instance.InstanceId)
	var raw []byte
	if !persist(ctx, log, func(ctx context.Context) (err error) { raw, err = n.userData(ctx, id); return err }) {
		return nil, nil, ctx.Err()
	}
	config, err := ParseUserData(raw)
	if err != nil {
		return nil, nil, err
	}
	if err := n.checkCluster(config.Cluster); err != nil {
		return nil, nil, err
	}
	m := machine{Type: shape, memoryLoss: n.options.MemoryLoss}
	if !persist(ctx, log, func(ctx context.Context) (err error) { m.diskGiB, err = n.disk(ctx, id, config.Family); return err }) {
		return nil, nil, ctx.Err()
	}
	allocatable, err := m.allocatable(config)
	if err != nil {
		return nil, nil, err
	}
	name := nodeName(instance, config)
	node := registration(instance, config, corev1.NodeStatus{
		Capacity:    m.capacity(config),
		Allocatable: allocatable,
		Conditions:  conditions(false, metav1.Now()),
		NodeInfo:    nodeInfo(instance, config, shape.Arch, n.version),
		Addresses: []corev1.NodeAddress{
			{Type: corev1.NodeInternalIP, Address: aws.ToString(instance.PrivateIpAddress)},
			{Type: corev1.NodeInternalDNS, Address: aws.ToString(instance.PrivateDnsName)},
			{Type: corev1.NodeHostName, Address: name},
		},
	})
	k, err := newKubelet(n.signer, node, config.Cluster)
	return k, shape.Devices, err
}

// checkCluster refuses what a real node would fail at: the authenticator does not take another cluster's token. The
// endpoint is compared so that nothing on this machine ever dials a foreign one.
func (n *nursery) checkCluster(cluster ClusterConfig) error {
	if cluster.Name != n.options.Cluster {
		return fmt.Errorf("user data names cluster %q, not %q", cluster.Name, n.options.Cluster)
	}
	if strings.TrimRight(cluster.Endpoint, "/") != strings.TrimRight(n.options.Server, "/") {
		return fmt.Errorf("user data names API server %q, not %q", cluster.Endpoint, n.options.Server)
	}
	return nil
}
