// Package crd knows Karpenter's API as Karpenter's own modules declare it: the custom resource definitions, typed
// node classes, default pools, and what our functions may do in a cluster.
//
// Only install, catalog and infra link it. Importing Karpenter's packages costs a process 40 ms at its start, since
// they read all definitions there; the hot functions have narrow structs of their own (shared/kube).
package crd

import (
	"encoding/json"
	"fmt"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/karpenter/pkg/apis"
)

// Object is a Kubernetes object of any kind.
type Object = unstructured.Unstructured

// KarpenterVersion is the release whose definitions these are; a test holds it against go.mod.
const KarpenterVersion = "1.14.1"

// AnnotationVersion on a definition says which release of Karpenter it was installed from.
const AnnotationVersion = "slipway.dev/karpenter-version"

// Definitions are the custom resource definitions of Karpenter: NodePool, NodeClaim, NodeOverlay, CapacityBuffer and
// EC2NodeClass, marked with their release.
func Definitions() ([]*Object, error) {
	var out []*Object
	for _, d := range append(apis.CRDs, ownOf(provider.CRDs)...) {
		definition := d.DeepCopy()
		definition.TypeMeta = metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"}
		metav1.SetMetaDataAnnotation(&definition.ObjectMeta, AnnotationVersion, KarpenterVersion)
		object, err := objectOf(definition)
		if err != nil {
			return nil, fmt.Errorf("definition %s: %w", definition.Name, err)
		}
		out = append(out, object)
	}
	return out, nil
}

// ownOf drops the core's definitions, of which the provider's module carries copies.
func ownOf(list []*apiextensions.CustomResourceDefinition) []*apiextensions.CustomResourceDefinition {
	var out []*apiextensions.CustomResourceDefinition
	for _, d := range list {
		if d.Spec.Group == provider.Group {
			out = append(out, d)
		}
	}
	return out
}

// objectOf goes through JSON: Karpenter's durations can not be converted any other way. A status that says nothing
// is left out, and so are nulls, which the API server refuses where a schema has no place for them.
func objectOf(typed any) (*Object, error) {
	raw, err := json.Marshal(typed)
	if err != nil {
		return nil, err
	}
	object := &Object{}
	if err := object.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	unstructured.RemoveNestedField(object.Object, "status")
	dropNulls(object.Object)
	return object, nil
}

func dropNulls(m map[string]any) {
	for key, value := range m {
		switch value := value.(type) {
		case nil:
			delete(m, key)
		case map[string]any:
			dropNulls(value)
		case []any:
			for _, item := range value {
				if inner, ok := item.(map[string]any); ok {
					dropNulls(inner)
				}
			}
		}
	}
}
