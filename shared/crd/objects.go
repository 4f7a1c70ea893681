package crd

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// UID of the kube-system namespace, which tells a cluster from a restored copy of it.
func (c *Client) UID(ctx context.Context) (string, error) {
	client, err := c.connect(ctx)
	if err != nil {
		return "", err
	}
	namespace, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).
		Get(ctx, "kube-system", metav1.GetOptions{})
	if err != nil {
		return "", wrap("get namespace kube-system", err)
	}
	return string(namespace.GetUID()), nil
}

// HasPools reports whether the cluster has any NodePool; NotFound while it does not know the kind.
func (c *Client) HasPools(ctx context.Context) (bool, error) {
	client, err := c.connect(ctx)
	if err != nil {
		return false, err
	}
	list, err := client.Resource(pools).List(ctx, metav1.ListOptions{Limit: 1})
	if err != nil {
		return false, wrap("list NodePools", err)
	}
	return len(list.Items) > 0, nil
}

// Get returns the object of the same kind and name.
func (c *Client) Get(ctx context.Context, like *Object) (*Object, error) {
	at, err := c.at(ctx, like)
	if err != nil {
		return nil, err
	}
	object, err := at.Get(ctx, like.GetName(), metav1.GetOptions{})
	return object, wrap("get "+like.GetKind()+" "+like.GetName(), err)
}

// Create makes the object; AlreadyExists when there is one of the name.
func (c *Client) Create(ctx context.Context, object *Object) error {
	at, err := c.at(ctx, object)
	if err != nil {
		return err
	}
	_, err = at.Create(ctx, object, metav1.CreateOptions{FieldManager: "slipway"})
	return wrap("create "+object.GetKind()+" "+object.GetName(), err)
}

// Update writes the object as a whole, if it is still at its resource version: Conflict if not.
func (c *Client) Update(ctx context.Context, object *Object) error {
	at, err := c.at(ctx, object)
	if err != nil {
		return err
	}
	_, err = at.Update(ctx, object, metav1.UpdateOptions{FieldManager: "slipway"})
	return wrap("update "+object.GetKind()+" "+object.GetName(), err)
}
