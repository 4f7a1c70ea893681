package connect

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/slipway-dev/slipway/shared/aws/clusters"
	"github.com/slipway-dev/slipway/shared/kube"
	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	// registrationFor is how long a cluster's registration is believed before it is read again.
	registrationFor = 5 * time.Minute
	// failureFor is how long a connection that failed is not tried again: a batch that names a cluster a hundred
	// times waits for it once.
	failureFor = 2 * time.Second
)

// Clusters makes connections to registered clusters and keeps them.
type Clusters struct {
	ledger   *ledger.Ledger
	adapter  *clusters.Clusters
	function string

	mu    sync.Mutex
	slots map[string]*slot
}

// slot holds the connection to one cluster, or why there is none.
type slot struct {
	mu     sync.Mutex
	open   *Connection
	of     model.Cluster // the registration that it was made from
	read   time.Time     // when the registration was
	failed error
	tried  time.Time // when it failed
}

// Connection to one cluster. It does not change; when the registration has changed, there is a new one.
type Connection struct {
	Info       model.Cluster
	Kubernetes *kube.Client
	AWS        aws.Config // under the role that the cluster has for the function

	clusters *Clusters
}

func newClusters(session aws.Config, ledger *ledger.Ledger, function string) *Clusters {
	return &Clusters{ledger: ledger, adapter: clusters.New(session), function: function, slots: map[string]*slot{}}
}

// Connect returns the connection to the cluster with the key. NotFound when it is not registered. A cluster that does
// not answer keeps only those waiting who ask for it.
func (c *Clusters) Connect(ctx context.Context, key string) (*Connection, error) {
	slot := c.slot(key)
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if slot.open != nil && time.Since(slot.read) < registrationFor {
		return slot.open, nil
	}
	if slot.failed != nil && time.Since(slot.tried) < failureFor {
		return nil, slot.failed
	}
	err := c.renew(ctx, slot, key)
	slot.failed, slot.tried = err, time.Now()
	if err != nil {
		return nil, err
	}
	return slot.open, nil
}

// renew reads the registration and, if it has changed, connects anew.
func (c *Clusters) renew(ctx context.Context, slot *slot, key string) error {
	info, err := c.ledger.Cluster(ctx, key)
	if err != nil {
		return err
	}
	if slot.open == nil || !reflect.DeepEqual(slot.of, info) {
		made, err := c.Dial(ctx, info)
		if err != nil {
			return err
		}
		if slot.open != nil {
			slot.open.Kubernetes.CloseIdle()
		}
		slot.open, slot.of = made, info
	}
	slot.read = time.Now()
	return nil
}

func (c *Clusters) slot(key string) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.slots[key] == nil {
		c.slots[key] = &slot{}
	}
	return c.slots[key]
}

// Dial connects to a cluster of which the registration is at hand, and makes sure that it is the one that was
// registered: a restored copy under the same name has another kube-system.
func (c *Clusters) Dial(ctx context.Context, info model.Cluster) (*Connection, error) {
	made := &Connection{Info: info, AWS: c.adapter.Config(info, c.function), clusters: c}
	made.Kubernetes = kube.New(kube.Options{
		Endpoint: made.Endpoint, Token: made.Token, Agent: "slipway-" + c.function,
		Forget: func() { c.adapter.Forget(info) },
	})
	uid, err := made.Kubernetes.UID(ctx)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", info.Name, err)
	}
	if info.UID != "" && info.UID != uid {
		return nil, &model.Error{Kind: model.Invalid, Op: "connect to cluster " + info.Name,
			Err: fmt.Errorf("it is another cluster than was registered: kube-system is %s, not %s; run install again if that is meant", uid, info.UID)}
	}
	made.Info.UID = uid
	return made, nil
}

// Endpoint is where the cluster's API is, with the certificates that it descends from.
func (k *Connection) Endpoint(ctx context.Context) (url string, ca []byte, err error) {
	e, err := k.clusters.adapter.Endpoint(ctx, k.Info, k.clusters.function)
	return e.URL, e.CA, err
}

// Token is a bearer token for the cluster.
func (k *Connection) Token(ctx context.Context) (string, error) {
	return k.clusters.adapter.Token(ctx, k.Info, k.clusters.function)
}

// Details are what EKS says of the cluster.
func (k *Connection) Details(ctx context.Context) (model.ClusterDetails, error) {
	return k.clusters.adapter.Details(ctx, k.Info, k.clusters.function)
}

// CloseIdle closes what a frozen function would only find dead. Every handler ends with it.
func (c *Clusters) CloseIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.slots {
		s.mu.Lock()
		if s.open != nil {
			s.open.Kubernetes.CloseIdle()
		}
		s.mu.Unlock()
	}
}
