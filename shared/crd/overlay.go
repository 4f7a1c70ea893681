package crd

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// Overlay puts what ours says over an object of the cluster, part by part (spec, rules, subjects), and keeps the
// cluster's metadata. It returns nil when the cluster's says all that already.
func Overlay(cluster, ours *Object) *Object {
	next := cluster.DeepCopy()
	changed := false
	for part, value := range ours.Object {
		switch part {
		case "apiVersion", "kind", "metadata", "status":
			continue
		}
		if !holds(cluster.Object[part], value) {
			next.Object[part] = value
			changed = true
		}
	}
	unstructured.RemoveNestedField(next.Object, "status")
	if !changed {
		return nil
	}
	return next
}
