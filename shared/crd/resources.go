package crd

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/slipway-dev/slipway/shared/model"
)

var (
	pools   = schema.GroupVersionResource{Group: "karpenter.sh", Version: "v1", Resource: "nodepools"}
	classes = schema.GroupVersionResource{Group: "karpenter.k8s.aws", Version: "v1", Resource: "ec2nodeclasses"}
)

// resourceOf is where objects of a kind are, of those that Client makes. All are without a namespace.
func resourceOf(object *Object) (schema.GroupVersionResource, error) {
	plurals := map[string]string{
		"CustomResourceDefinition": "customresourcedefinitions",
		"ClusterRole":              "clusterroles",
		"ClusterRoleBinding":       "clusterrolebindings",
		"FlowSchema":               "flowschemas",
		"NodePool":                 pools.Resource,
		"EC2NodeClass":             classes.Resource,
	}
	plural, known := plurals[object.GetKind()]
	if !known {
		return schema.GroupVersionResource{}, &model.Error{
			Kind: model.Invalid, Op: "find resource", Err: fmt.Errorf("kind %q is not one of ours", object.GetKind()),
		}
	}
	return object.GroupVersionKind().GroupVersion().WithResource(plural), nil
}

func (c *Client) at(ctx context.Context, object *Object) (dynamic.ResourceInterface, error) {
	resource, err := resourceOf(object)
	if err != nil {
		return nil, err
	}
	client, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	return client.Resource(resource), nil
}
