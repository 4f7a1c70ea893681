package userdata

import (
	"maps"
	"slices"
	"strings"
)

// kubeletLabels keeps the labels that a kubelet may give its own node. With another one of Kubernetes' domains it
// would refuse to start, and NodeRestriction would refuse the node; register sets those.
// Source: kubelet's --node-labels and the NodeRestriction admission plugin.
func kubeletLabels(labels map[string]string) map[string]string {
	kept := make(map[string]string, len(labels))
	for key, value := range labels {
		if kubeletMaySet(key) {
			kept[key] = value
		}
	}
	return kept
}

func kubeletMaySet(key string) bool {
	domain, _, qualified := strings.Cut(key, "/")
	if !qualified || !kubernetesOwn(domain) || wellKnownToKubelet(key) {
		return true
	}
	for _, open := range []string{"kubelet.kubernetes.io", "node.kubernetes.io"} {
		if within(domain, open) {
			return true
		}
	}
	return false
}

func kubernetesOwn(domain string) bool {
	return within(domain, "kubernetes.io") || within(domain, "k8s.io")
}

func within(domain, parent string) bool {
	return domain == parent || strings.HasSuffix(domain, "."+parent)
}

func wellKnownToKubelet(key string) bool {
	switch key {
	case "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch",
		"beta.kubernetes.io/os", "beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type",
		"topology.kubernetes.io/region", "topology.kubernetes.io/zone",
		"failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
		"node.kubernetes.io/instance-type":
		return true
	}
	return false
}

// assignments writes labels as key=value, sorted, with commas.
func assignments(labels map[string]string) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, key+"="+labels[key])
	}
	return strings.Join(out, ",")
}
