package crd

import "k8s.io/apimachinery/pkg/api/equality"

// same reports whether the API server would hold the two for one: what ours leaves out, the server fills in, and
// that is no difference.
func same(cluster, ours *Object) bool {
	return holds(cluster.Object["spec"], ours.Object["spec"]) &&
		holds(asAny(cluster.GetAnnotations()), asAny(ours.GetAnnotations()))
}

// holds reports whether all of want is in have.
func holds(have, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, ok := have.(map[string]any)
		if !ok {
			return len(want) == 0
		}
		for key, value := range want {
			if !holds(have[key], value) {
				return false
			}
		}
		return true
	case []any:
		have, _ := have.([]any)
		if len(have) != len(want) {
			return false
		}
		for i := range want {
			if !holds(have[i], want[i]) {
				return false
			}
		}
		return true
	}
	return equality.Semantic.DeepEqual(have, want)
}

func asAny(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for key, value := range m {
		out[key] = value
	}
	return out
}
