package kube

import (
	"context"
	"net/http"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
)

// UID of the kube-system namespace, which tells a cluster from its restored copy.
func (c *Client) UID(ctx context.Context) (string, error) {
	var namespace corev1.Namespace
	err := c.do(ctx, request{
		op: "get namespace kube-system", method: http.MethodGet,
		path: "/api/v1/namespaces/kube-system", accept: typeProtobuf,
	}, &namespace)
	return string(namespace.UID), err
}

// PendingPods lists a page of the pods without a node that have not finished. The first page is asked for with an
// empty token.
func (c *Client) PendingPods(ctx context.Context, page string) (model.Page[model.Pod], error) {
	return list(ctx, c, pendingPods(), page)
}

// BoundPods lists a page of the pods on nodes that have not finished. Of them only name, owner, age, node, requests
// and whether they are being deleted are read: a cluster has many.
func (c *Client) BoundPods(ctx context.Context, page string) (model.Page[model.Pod], error) {
	return list(ctx, c, boundPods(), page)
}

// Nodes lists a page of the nodes.
func (c *Client) Nodes(ctx context.Context, page string) (model.Page[model.Node], error) {
	return list(ctx, c, nodes(), page)
}

// Node reads one node.
func (c *Client) Node(ctx context.Context, name string) (model.Node, error) {
	return get(ctx, c, nodes(), name)
}

// DaemonSets lists a page of the daemonsets of all namespaces.
func (c *Client) DaemonSets(ctx context.Context, page string) (model.Page[model.DaemonSet], error) {
	return list(ctx, c, daemonSets(), page)
}

// NodeClaims lists a page of the NodeClaims.
func (c *Client) NodeClaims(ctx context.Context, page string) (model.Page[model.NodeClaim], error) {
	return list(ctx, c, claims(), page)
}

// NodeClaim reads one NodeClaim.
func (c *Client) NodeClaim(ctx context.Context, name string) (model.NodeClaim, error) {
	return get(ctx, c, claims(), name)
}

// NodePools lists a page of the NodePools.
func (c *Client) NodePools(ctx context.Context, page string) (model.Page[model.NodePool], error) {
	return list(ctx, c, pools(), page)
}

// NodePool reads one NodePool.
func (c *Client) NodePool(ctx context.Context, name string) (model.NodePool, error) {
	return get(ctx, c, pools(), name)
}

// NodeClasses lists a page of the EC2NodeClasses.
func (c *Client) NodeClasses(ctx context.Context, page string) (model.Page[model.NodeClass], error) {
	return list(ctx, c, classes(), page)
}
