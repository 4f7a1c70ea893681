package userdata

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/BurntSushi/toml"

	"github.com/slipway-dev/slipway/shared/model"
)

// Bottlerocket is the user data of Bottlerocket: the class's own TOML with our settings put over it. All that the
// class sets stays but what makes the node this cluster's and this pool's: name, endpoint and authority of the
// cluster, the taints, labels of ours by key, and kubelet settings that the class has in its spec as well.
// Source: Bottlerocket, settings reference (settings.kubernetes, settings.bootstrap-commands).
func Bottlerocket(node Node) (string, error) {
	if err := node.Cluster.check(); err != nil {
		return "", err
	}
	document := table{}
	if _, err := toml.Decode(node.Custom, &document); err != nil {
		return "", fmt.Errorf("the class's user data: %w", err)
	}
	settings, err := document.table("settings")
	if err != nil {
		return "", fmt.Errorf("the class's user data: %w", err)
	}
	kubernetes, err := settings.table("kubernetes")
	if err != nil {
		return "", fmt.Errorf("the class's user data: settings: %w", err)
	}
	if err := kubernetes.join(node); err != nil {
		return "", fmt.Errorf("the class's user data: settings.kubernetes: %w", err)
	}
	kubernetes.tune(node.Kubelet)
	if node.InstanceStore {
		if err := settings.useInstanceStore(); err != nil {
			return "", fmt.Errorf("the class's user data: settings: %w", err)
		}
	}
	var text bytes.Buffer
	encoder := toml.NewEncoder(&text)
	encoder.Indent = ""
	if err := encoder.Encode(document); err != nil {
		return "", fmt.Errorf("write the settings: %w", err)
	}
	return fits(text.String())
}

// table is a table of a TOML document.
type table map[string]any

// table returns the table of the name within t, made when it is missing.
func (t table) table(name string) (table, error) {
	switch inner := t[name].(type) {
	case nil:
		made := table{}
		t[name] = made
		return made, nil
	case table:
		return inner, nil
	case map[string]any:
		t[name] = table(inner)
		return inner, nil
	}
	return nil, fmt.Errorf("%s is not a table", name)
}

func (t table) join(node Node) error {
	t["cluster-name"] = node.Cluster.Name
	t["api-server"] = node.Cluster.Endpoint
	t["cluster-certificate"] = node.Cluster.CA
	labels, err := t.table("node-labels")
	if err != nil {
		return err
	}
	for key, value := range kubeletLabels(node.Labels) {
		labels[key] = value
	}
	taints := map[string][]string{}
	for _, taint := range node.Taints {
		taints[taint.Key] = append(taints[taint.Key], taint.Value+":"+taint.Effect)
	}
	t["node-taints"] = taints
	return nil
}

func (t table) tune(k model.KubeletSettings) {
	if len(k.ClusterDNS) > 0 {
		t["cluster-dns-ip"] = k.ClusterDNS[0]
	}
	for name, value := range map[string]map[string]string{
		"system-reserved":            k.SystemReserved,
		"kube-reserved":              k.KubeReserved,
		"eviction-hard":              k.EvictionHard,
		"eviction-soft":              k.EvictionSoft,
		"eviction-soft-grace-period": k.EvictionSoftGracePeriod,
	} {
		if value != nil {
			t[name] = value
		}
	}
	if k.MaxPods != nil {
		t["max-pods"] = *k.MaxPods
	}
	if k.EvictionMaxPodGracePeriod != nil {
		t["eviction-max-pod-grace-period"] = *k.EvictionMaxPodGracePeriod
	}
	if k.ImageGCHighThresholdPercent != nil {
		t["image-gc-high-threshold-percent"] = strconv.Itoa(int(*k.ImageGCHighThresholdPercent))
	}
	if k.ImageGCLowThresholdPercent != nil {
		t["image-gc-low-threshold-percent"] = strconv.Itoa(int(*k.ImageGCLowThresholdPercent))
	}
	if k.CPUCFSQuota != nil {
		t["cpu-cfs-quota-enforced"] = *k.CPUCFSQuota
	}
}

// useInstanceStore binds the folders by name: older versions have no defaults for them, and newer ones take the same
// names.
func (t table) useInstanceStore() error {
	commands, err := t.table("bootstrap-commands")
	if err != nil {
		return err
	}
	commands["000-mount-instance-storage"] = table{
		"commands": [][]string{
			{"apiclient", "ephemeral-storage", "init"},
			{"apiclient", "ephemeral-storage", "bind", "--dirs", "/var/lib/containerd", "/var/lib/kubelet", "/var/log/pods"},
		},
		"essential": true,
		"mode":      "always",
	}
	return nil
}
