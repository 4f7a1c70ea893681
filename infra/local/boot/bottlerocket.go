package boot

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	corev1 "k8s.io/api/core/v1"
)

// bottlerocketSettings is the part of Bottlerocket's settings that the stand-in obeys.
type bottlerocketSettings struct {
	Settings struct {
		Kubernetes struct {
			APIServer              string            `toml:"api-server"`
			ClusterCertificate     string            `toml:"cluster-certificate"` // base64 of PEM
			ClusterName            string            `toml:"cluster-name"`
			NodeLabels             map[string]string `toml:"node-labels"`
			NodeTaints             map[string]any    `toml:"node-taints"` // key to "value:Effect", one or a list
			MaxPods                int               `toml:"max-pods"`
			KubeReserved           map[string]string `toml:"kube-reserved"`
			SystemReserved         map[string]string `toml:"system-reserved"`
			EvictionHard           map[string]string `toml:"eviction-hard"`
			HostnameOverride       string            `toml:"hostname-override"`
			HostnameOverrideSource string            `toml:"hostname-override-source"`
		} `toml:"kubernetes"`
		BootstrapCommands map[string]struct {
			Commands [][]string `toml:"commands"`
		} `toml:"bootstrap-commands"`
	} `toml:"settings"`
}

func parseBottlerocket(data []byte) (NodeConfig, error) {
	var document bottlerocketSettings
	meta, err := toml.Decode(string(data), &document)
	if err != nil {
		return NodeConfig{}, fmt.Errorf("parse Bottlerocket settings: %w", err)
	}
	if !meta.IsDefined("settings", "kubernetes") {
		return NodeConfig{}, errors.New("neither a NodeConfig nor Bottlerocket settings.kubernetes")
	}
	settings := document.Settings.Kubernetes
	authority, err := base64.StdEncoding.DecodeString(settings.ClusterCertificate)
	if err != nil {
		return NodeConfig{}, fmt.Errorf("settings.kubernetes.cluster-certificate: %w", err)
	}
	if err := checkLabels(settings.NodeLabels); err != nil {
		return NodeConfig{}, fmt.Errorf("settings.kubernetes.node-labels: %w", err)
	}
	taints, err := bottlerocketTaints(settings.NodeTaints)
	if err != nil {
		return NodeConfig{}, fmt.Errorf("settings.kubernetes.node-taints: %w", err)
	}
	return NodeConfig{
		Family:         Bottlerocket,
		Cluster:        ClusterConfig{Name: settings.ClusterName, Endpoint: settings.APIServer, CA: authority},
		Labels:         settings.NodeLabels,
		Taints:         taints,
		MaxPods:        settings.MaxPods,
		KubeReserved:   settings.KubeReserved,
		SystemReserved: settings.SystemReserved,
		EvictionHard:   settings.EvictionHard,
		InstanceIDName: settings.HostnameOverrideSource == "instance-id",
		Hostname:       settings.HostnameOverride,
		StripedStorage: document.bindsInstanceStore(),
	}, nil
}

// bindsInstanceStore reports whether a bootstrap command puts the pods' storage on the instance's own disks.
func (s *bottlerocketSettings) bindsInstanceStore() bool {
	for _, bootstrap := range s.Settings.BootstrapCommands {
		for _, command := range bootstrap.Commands {
			if len(command) >= 3 && slices.Equal(command[:3], []string{"apiclient", "ephemeral-storage", "bind"}) {
				return true
			}
		}
	}
	return false
}

// bottlerocketTaints reads { key = ["value:Effect", ...] }, or the older { key = "value:Effect" }, in the keys' order.
func bottlerocketTaints(settings map[string]any) ([]corev1.Taint, error) {
	var taints []corev1.Taint
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		values, isList := settings[key].([]any)
		if !isList {
			values = []any{settings[key]}
		}
		for _, value := range values {
			text, ok := value.(string)
			if !ok {
				return nil, fmt.Errorf("%s: %v is not a string", key, value)
			}
			value, effect, _ := strings.Cut(text, ":")
			taint := corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)}
			if err := checkTaint(taint); err != nil {
				return nil, err
			}
			taints = append(taints, taint)
		}
	}
	return taints, nil
}
