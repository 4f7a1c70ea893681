package crd

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/version"
)

// Forward compares a definition in the cluster with ours. It returns the definition to write, or nil when the
// cluster's is to stay, with the reason. A definition only moves forward: one of a newer release stays, and so does
// one with a field or version that ours lacks, since the API server would prune that field from every object.
// Labels, annotations and conversion of the cluster's are kept.
func Forward(cluster, ours *Object) (next *Object, reason string) {
	if have, want := releaseOf(cluster), releaseOf(ours); have != nil && want != nil && want.LessThan(have) {
		return nil, fmt.Sprintf("it is of release %s, ours of %s", have, want)
	}
	if lost := missing(fields(cluster), fields(ours)); len(lost) > 0 {
		return nil, fmt.Sprintf("ours lacks %s", strings.Join(lost[:min(3, len(lost))], ", "))
	}
	next = cluster.DeepCopy()
	spec := nested(ours.Object, "spec")
	if conversion, ok := nested(cluster.Object, "spec")["conversion"]; ok {
		spec = map[string]any{"conversion": conversion}
		for key, value := range nested(ours.Object, "spec") {
			spec[key] = value
		}
	}
	next.Object["spec"] = spec
	annotations := next.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[AnnotationVersion] = ours.GetAnnotations()[AnnotationVersion]
	next.SetAnnotations(annotations)
	if same(cluster, next) {
		return nil, "it is the same"
	}
	return next, "ours is newer"
}

// releaseOf reads the release from our annotation or from what Helm charts label their objects with; nil when
// neither says.
func releaseOf(definition *Object) *version.Version {
	for _, text := range []string{
		definition.GetAnnotations()[AnnotationVersion], definition.GetLabels()["app.kubernetes.io/version"],
	} {
		if v, err := version.ParseSemantic(text); err == nil {
			return v
		}
	}
	return nil
}

// fields lists what a definition has: each version, and each property of its schema, as v1.spec.template.
func fields(definition *Object) []string {
	var out []string
	versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	for _, item := range versions {
		v, _ := item.(map[string]any)
		name, _ := v["name"].(string)
		out = append(out, name)
		out = append(out, properties(name, nested(v, "schema", "openAPIV3Schema"))...)
	}
	slices.Sort(out)
	return out
}

func properties(path string, schema map[string]any) []string {
	var out []string
	for name := range nested(schema, "properties") {
		inner := path + "." + name
		out = append(append(out, inner), properties(inner, nested(schema, "properties", name))...)
	}
	for _, within := range []string{"items", "additionalProperties"} {
		if inner := nested(schema, within); inner != nil {
			out = append(out, properties(path, inner)...)
		}
	}
	return out
}

// missing lists what of the first sorted list is not in the second.
func missing(list, in []string) []string {
	var out []string
	for _, x := range list {
		if _, found := slices.BinarySearch(in, x); !found {
			out = append(out, x)
		}
	}
	return out
}

func nested(object map[string]any, path ...string) map[string]any {
	for _, name := range path {
		object, _ = object[name].(map[string]any)
	}
	return object
}
