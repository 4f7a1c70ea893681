package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

// kubelet speaks to the API server for one node, with that node's identity. Its methods may be called side by side.
type kubelet struct {
	node   *corev1.Node // as registered; the status in it is what the kubelet reports
	core   coreclient.CoreV1Interface
	leases coordinationclient.CoordinationV1Interface
	close  func() // its connections

	mu  sync.Mutex // guards uid and node.Status
	uid types.UID  // of the Node in the API
}

// newKubelet gives a node its certificate and its connection.
func newKubelet(signer *authority, node *corev1.Node, cluster ClusterConfig) (*kubelet, error) {
	transport, err := signer.transport(node.Name, cluster.CA)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	config := &rest.Config{
		Host:          cluster.Endpoint,
		UserAgent:     "kubelet/" + node.Status.NodeInfo.KubeletVersion + " (slipway boot stand-in)",
		QPS:           -1, // no client-side limit
		ContentConfig: rest.ContentConfig{ContentType: runtime.ContentTypeProtobuf},
	}
	core, err := coreclient.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("boot: client of %s: %w", node.Name, err)
	}
	leases, err := coordinationclient.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("boot: client of %s: %w", node.Name, err)
	}
	return &kubelet{node: node, core: core, leases: leases, close: transport.CloseIdleConnections}, nil
}

// errNameTaken says that another instance's Node still holds the name.
var errNameTaken = errors.New("the Node of another instance has the name")

// register creates the Node, or takes over the one that this instance registered earlier.
func (k *kubelet) register(ctx context.Context) error {
	registered, err := k.core.Nodes().Create(ctx, k.node, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		registered, err = k.core.Nodes().Get(ctx, k.node.Name, metav1.GetOptions{})
		if err == nil && registered.Spec.ProviderID != k.node.Spec.ProviderID {
			return fmt.Errorf("register %s: %w: %s", k.node.Name, errNameTaken, registered.Spec.ProviderID)
		}
	}
	if err != nil {
		return fmt.Errorf("register %s: %w", k.node.Name, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.uid = registered.UID
	return nil
}

// reportReady posts the status with the network up.
func (k *kubelet) reportReady(ctx context.Context) error {
	k.mu.Lock()
	k.node.Status.Conditions = conditions(true, metav1.Now())
	k.mu.Unlock()
	return k.postStatus(ctx)
}

// addDevices announces extended resources, as a device plugin's registration with the kubelet does.
func (k *kubelet) addDevices(ctx context.Context, devices map[string]int64) error {
	k.mu.Lock()
	for name, count := range devices {
		quantity := *resource.NewQuantity(count, resource.DecimalSI)
		k.node.Status.Capacity[corev1.ResourceName(name)] = quantity
		k.node.Status.Allocatable[corev1.ResourceName(name)] = quantity
	}
	k.mu.Unlock()
	return k.postStatus(ctx)
}

// postStatus writes what the kubelet reports, with a fresh heartbeat.
func (k *kubelet) postStatus(ctx context.Context) error {
	k.mu.Lock()
	for i := range k.node.Status.Conditions {
		k.node.Status.Conditions[i].LastHeartbeatTime = metav1.Now()
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": k.uid}, // a Node of the same name that is not ours answers Conflict
		"status":   k.node.Status,
	})
	k.mu.Unlock()
	if err != nil {
		return fmt.Errorf("status of %s: %w", k.node.Name, err)
	}
	if _, err := k.core.Nodes().Patch(ctx, k.node.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
		return fmt.Errorf("status of %s: %w", k.node.Name, err)
	}
	return nil
}
