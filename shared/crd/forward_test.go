package crd_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/slipway-dev/slipway/shared/crd"
)

func nodePoolDefinition(t *testing.T) *crd.Object {
	t.Helper()
	definitions, err := crd.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	return definitions[0]
}

func TestForward(t *testing.T) {
	tests := map[string]struct {
		cluster func(t *testing.T, d *crd.Object)
		updated bool
		reason  string
	}{
		"the same": {func(*testing.T, *crd.Object) {}, false, "same"},
		"the same, with what the server fills in": {func(_ *testing.T, d *crd.Object) {
			d.SetResourceVersion("7")
			_ = unstructured.SetNestedField(d.Object, "None", "spec", "conversion", "strategy")
			_ = unstructured.SetNestedField(d.Object, "NodePool", "status", "acceptedNames", "kind")
		}, false, "same"},
		"older release": {func(_ *testing.T, d *crd.Object) {
			d.SetAnnotations(map[string]string{crd.AnnotationVersion: "1.3.0"})
		}, true, "newer"},
		"older release of a chart": {func(_ *testing.T, d *crd.Object) {
			d.SetAnnotations(nil)
			d.SetLabels(map[string]string{"app.kubernetes.io/version": "1.8.1"})
		}, true, "newer"},
		"of no known release": {func(_ *testing.T, d *crd.Object) { d.SetAnnotations(nil) }, true, "newer"},
		"newer release": {func(_ *testing.T, d *crd.Object) {
			d.SetAnnotations(map[string]string{crd.AnnotationVersion: "9.0.0"})
		}, false, "release 9.0.0"},
		"newer release of a chart": {func(_ *testing.T, d *crd.Object) {
			d.SetAnnotations(nil)
			d.SetLabels(map[string]string{"app.kubernetes.io/version": "2.0.0"})
		}, false, "release 2.0.0"},
		"a field that ours lacks": {func(t *testing.T, d *crd.Object) {
			d.SetAnnotations(nil)
			setSchema(t, d, map[string]any{"type": "string"}, "properties", "spec", "properties", "novel")
		}, false, "v1.spec.novel"},
		"a field that ours lacks, in a list": {func(t *testing.T, d *crd.Object) {
			d.SetAnnotations(nil)
			setSchema(t, d, map[string]any{"type": "string"}, "properties", "spec", "properties", "disruption", "properties", "budgets", "items", "properties", "novel")
		}, false, "v1.spec.disruption.budgets.novel"},
		"a version that ours lacks": {func(_ *testing.T, d *crd.Object) {
			versions, _, _ := unstructured.NestedSlice(d.Object, "spec", "versions")
			_ = unstructured.SetNestedSlice(d.Object, append(versions, map[string]any{"name": "v2"}), "spec", "versions")
		}, false, "ours lacks v2"},
		"a field less": {func(t *testing.T, d *crd.Object) {
			d.SetAnnotations(nil)
			setSchema(t, d, nil, "properties", "spec", "properties", "weight")
		}, true, "newer"},
		"another rule": {func(t *testing.T, d *crd.Object) {
			setSchema(t, d, int64(7), "properties", "spec", "properties", "weight", "maximum")
		}, true, "newer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cluster := nodePoolDefinition(t)
			test.cluster(t, cluster)
			ours := nodePoolDefinition(t)
			next, reason := crd.Forward(cluster, ours)
			if (next != nil) != test.updated || !strings.Contains(reason, test.reason) {
				t.Fatalf("updated %t because %q, want %t because %q", next != nil, reason, test.updated, test.reason)
			}
			if next == nil {
				return
			}
			if again, reason := crd.Forward(next, ours); again != nil {
				t.Errorf("it is updated again: %s", reason)
			}
			for key, value := range cluster.GetLabels() {
				if next.GetLabels()[key] != value {
					t.Errorf("label %s got lost", key)
				}
			}
		})
	}
}

func setSchema(t *testing.T, d *crd.Object, value any, path ...string) {
	t.Helper()
	versions, _, _ := unstructured.NestedSlice(d.Object, "spec", "versions")
	version := versions[0].(map[string]any)
	path = append([]string{"schema", "openAPIV3Schema"}, path...)
	if value == nil {
		unstructured.RemoveNestedField(version, path...)
	} else if err := unstructured.SetNestedField(version, value, path...); err != nil {
		t.Fatal(err)
	}
	if err := unstructured.SetNestedSlice(d.Object, versions, "spec", "versions"); err != nil {
		t.Fatal(err)
	}
}

func TestOverlay(t *testing.T) {
	access, err := crd.Access()
	if err != nil {
		t.Fatal(err)
	}
	for _, ours := range access {
		t.Run(ours.GetKind(), func(t *testing.T) {
			cluster := ours.DeepCopy()
			cluster.SetResourceVersion("3")
			if next := crd.Overlay(cluster, ours); next != nil {
				t.Errorf("changed without a reason")
			}
			cluster.SetLabels(map[string]string{"kept": "yes"})
			for part := range cluster.Object {
				if part == "rules" || part == "spec" || part == "subjects" {
					cluster.Object[part] = []any{}
				}
			}
			next := crd.Overlay(cluster, ours)
			if next == nil || next.GetLabels()["kept"] != "yes" || next.GetResourceVersion() != "3" {
				t.Fatalf("overlay gave %v", next)
			}
			if crd.Overlay(next, ours) != nil {
				t.Error("it is changed again")
			}
		})
	}
}
