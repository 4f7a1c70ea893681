package crd

import (
	"context"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// pageSize of lists. A cluster with more than one page of classes is yet to be seen.
const pageSize = 500

// Classes lists the EC2NodeClasses, a page at a time.
func (c *Client) Classes(ctx context.Context, page string) (model.Page[model.EC2NodeClass], error) {
	client, err := c.connect(ctx)
	if err != nil {
		return model.Page[model.EC2NodeClass]{}, err
	}
	list, err := client.Resource(classes).List(ctx, metav1.ListOptions{Limit: pageSize, Continue: page})
	if err != nil {
		return model.Page[model.EC2NodeClass]{}, wrap("list EC2NodeClasses", err)
	}
	out := model.Page[model.EC2NodeClass]{Next: list.GetContinue(), ResourceVersion: list.GetResourceVersion()}
	for i := range list.Items {
		out.Items = append(out.Items, classOf(&list.Items[i]))
	}
	return out, nil
}

// AnnotateClass sets annotations of a class that is at the resource version, and returns the new one.
func (c *Client) AnnotateClass(ctx context.Context, name, resourceVersion string, annotations map[string]string) (string, error) {
	return c.annotate(ctx, classes, name, resourceVersion, annotations)
}

// AnnotatePool sets annotations of a NodePool that is at the resource version, and returns the new one.
func (c *Client) AnnotatePool(ctx context.Context, name, resourceVersion string, annotations map[string]string) (string, error) {
	return c.annotate(ctx, pools, name, resourceVersion, annotations)
}

func (c *Client) annotate(ctx context.Context, at schema.GroupVersionResource, name, resourceVersion string, annotations map[string]string) (string, error) {
	return c.patch(ctx, at, name, map[string]any{
		"metadata": map[string]any{"resourceVersion": resourceVersion, "annotations": annotations},
	})
}

// PatchClassStatus writes the status of a class that is still at the status's resource version.
func (c *Client) PatchClassStatus(ctx context.Context, name string, status model.EC2NodeClassStatus) error {
	_, err := c.patch(ctx, classes, name, map[string]any{
		"metadata": map[string]any{"resourceVersion": status.ResourceVersion},
		"status":   statusPatchOf(status),
	}, "status")
	return err
}

func (c *Client) patch(ctx context.Context, at schema.GroupVersionResource, name string, body map[string]any, sub ...string) (string, error) {
	op := "patch " + at.Resource + " " + name
	raw, err := json.Marshal(body)
	if err != nil {
		return "", &model.Error{Kind: model.Invalid, Op: op, Err: err}
	}
	client, err := c.connect(ctx)
	if err != nil {
		return "", err
	}
	object, err := client.Resource(at).Patch(ctx, name, types.MergePatchType, raw, metav1.PatchOptions{FieldManager: "slipway"}, sub...)
	if err != nil {
		return "", wrap(op, err)
	}
	return object.GetResourceVersion(), nil
}
