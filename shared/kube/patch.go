package kube

import (
	"context"
	"net/http"
	"net/url"

	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// mergePatch is the part of an object that a write changes; absent fields stay, null ones go. With a resource
// version the server refuses a write to an object that has changed since, as a Conflict.
type mergePatch struct {
	Metadata *patchedMetadata `json:"metadata,omitempty"`
	Spec     any              `json:"spec,omitempty"`
	Status   any              `json:"status,omitempty"`
}

type patchedMetadata struct {
	UID             string                  `json:"uid,omitempty"`
	ResourceVersion string                  `json:"resourceVersion,omitempty"`
	Labels          map[string]*string      `json:"labels,omitempty"`
	Annotations     map[string]*string      `json:"annotations,omitempty"`
	Finalizers      *[]string               `json:"finalizers,omitempty"`
	OwnerReferences []metav1.OwnerReference `json:"ownerReferences,omitempty"`
}

// ownedBy makes an object the property of one of Karpenter's: it is collected when that one is gone.
func ownedBy(kind string, of model.ObjectRef) metav1.OwnerReference {
	block := true
	return metav1.OwnerReference{
		APIVersion: versionKarpenter, Kind: kind, Name: of.Name, UID: types.UID(of.UID), BlockOwnerDeletion: &block,
	}
}

// patch writes a merge patch and returns the object that it made.
func patch[O, T any](ctx context.Context, c *Client, r resource[O, T], op, name, subresource string, p mergePatch) (T, error) {
	path := r.path + "/" + url.PathEscape(name)
	if subresource != "" {
		path += "/" + subresource
	}
	var object O
	var none T
	err := c.write(ctx, request{
		op: op + " " + name, method: http.MethodPatch, path: path, bodyType: typeMergePatch, accept: r.accept(),
	}, p, &object)
	if err != nil {
		return none, err
	}
	return r.value(&object), nil
}
