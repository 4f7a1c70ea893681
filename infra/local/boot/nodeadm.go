package boot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

const nodeadmGroup = "node.eks.aws"

// nodeadmConfig is a NodeConfig of node.eks.aws/v1alpha1 as far as the stand-in obeys it. Unknown fields are ignored,
// as nodeadm ignores them.
type nodeadmConfig struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Spec       struct {
		Cluster struct {
			Name                 string `json:"name"`
			APIServerEndpoint    string `json:"apiServerEndpoint"`
			CertificateAuthority []byte `json:"certificateAuthority"` // base64 of PEM
			CIDR                 string `json:"cidr"`
		} `json:"cluster"`
		Kubelet struct {
			Config map[string]any `json:"config"`
			Flags  []string       `json:"flags"`
		} `json:"kubelet"`
		Instance struct {
			LocalStorage struct {
				Strategy string `json:"strategy"`
			} `json:"localStorage"`
		} `json:"instance"`
		FeatureGates map[string]bool `json:"featureGates"`
	} `json:"spec"`
}

// kubeletConfig is the part of a KubeletConfiguration (kubelet.config.k8s.io/v1beta1) that the stand-in obeys.
type kubeletConfig struct {
	MaxPods            int               `json:"maxPods"`
	PodsPerCore        int               `json:"podsPerCore"`
	RegisterWithTaints []corev1.Taint    `json:"registerWithTaints"`
	KubeReserved       map[string]string `json:"kubeReserved"`
	SystemReserved     map[string]string `json:"systemReserved"`
	EvictionHard       map[string]string `json:"evictionHard"`
}

func parseNodeadm(data []byte) (NodeConfig, error) {
	documents, err := nodeadmDocuments(data)
	if err != nil {
		return NodeConfig{}, err
	}
	var merged nodeadmConfig
	for _, document := range documents {
		var config nodeadmConfig
		if err := yaml.Unmarshal(document, &config); err != nil {
			return NodeConfig{}, fmt.Errorf("NodeConfig: %w", err)
		}
		if group, _, _ := strings.Cut(config.APIVersion, "/"); group != nodeadmGroup || config.Kind != "NodeConfig" {
			return NodeConfig{}, fmt.Errorf("NodeConfig: unexpected %s of %s", config.Kind, config.APIVersion)
		}
		merged.merge(config)
	}
	return merged.nodeConfig()
}

// nodeadmDocuments are the NodeConfig documents of a MIME archive in their order, or the data itself when it is no
// archive. Parts of other types (shell scripts) are cloud-init's, not nodeadm's.
func nodeadmDocuments(data []byte) ([][]byte, error) {
	message, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return [][]byte{data}, nil
	}
	media, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		return [][]byte{data}, nil
	}
	var documents [][]byte
	for parts := multipart.NewReader(message.Body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("MIME archive: %w", err)
		}
		if media, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); media != "application/"+nodeadmGroup {
			continue
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, fmt.Errorf("MIME archive: %w", err)
		}
		if content, err = unwrap(content); err != nil {
			return nil, fmt.Errorf("MIME archive: %w", err)
		}
		documents = append(documents, content)
	}
	if len(documents) == 0 {
		return nil, errors.New("MIME archive: no part of type application/" + nodeadmGroup)
	}
	return documents, nil
}

// merge lays a later document over the former ones: what it sets wins, kubelet settings are merged key by key, and
// kubelet flags are appended, because the kubelet itself gives later flags precedence.
func (c *nodeadmConfig) merge(later nodeadmConfig) {
	override(&c.Spec.Cluster.Name, later.Spec.Cluster.Name)
	override(&c.Spec.Cluster.APIServerEndpoint, later.Spec.Cluster.APIServerEndpoint)
	override(&c.Spec.Cluster.CIDR, later.Spec.Cluster.CIDR)
	override(&c.Spec.Instance.LocalStorage.Strategy, later.Spec.Instance.LocalStorage.Strategy)
	if len(later.Spec.Cluster.CertificateAuthority) > 0 {
		c.Spec.Cluster.CertificateAuthority = later.Spec.Cluster.CertificateAuthority
	}
	c.Spec.Kubelet.Flags = append(c.Spec.Kubelet.Flags, later.Spec.Kubelet.Flags...)
	c.Spec.Kubelet.Config = mergeTree(c.Spec.Kubelet.Config, later.Spec.Kubelet.Config)
	for gate, on := range later.Spec.FeatureGates {
		if c.Spec.FeatureGates == nil {
			c.Spec.FeatureGates = map[string]bool{}
		}
		c.Spec.FeatureGates[gate] = on
	}
}

func override(value *string, later string) {
	if later != "" {
		*value = later
	}
}

// mergeTree lays later over base: maps are merged, everything else (lists too) is replaced.
func mergeTree(base, later map[string]any) map[string]any {
	if base == nil {
		base = map[string]any{}
	}
	for key, value := range later {
		below, isMap := value.(map[string]any)
		former, wasMap := base[key].(map[string]any)
		if isMap && wasMap {
			value = mergeTree(former, below)
		}
		base[key] = value
	}
	return base
}

func (c *nodeadmConfig) nodeConfig() (NodeConfig, error) {
	if c.Spec.Cluster.CIDR == "" {
		return NodeConfig{}, errors.New("NodeConfig: cluster CIDR is missing")
	}
	text, err := json.Marshal(c.Spec.Kubelet.Config)
	if err != nil {
		return NodeConfig{}, fmt.Errorf("kubelet configuration: %w", err)
	}
	var kubelet kubeletConfig
	if err := json.Unmarshal(text, &kubelet); err != nil {
		return NodeConfig{}, fmt.Errorf("kubelet configuration: %w", err)
	}
	for _, taint := range kubelet.RegisterWithTaints {
		if err := checkTaint(taint); err != nil {
			return NodeConfig{}, fmt.Errorf("kubelet configuration: %w", err)
		}
	}
	config := NodeConfig{
		Family: AL2023,
		Cluster: ClusterConfig{
			Name: c.Spec.Cluster.Name, Endpoint: c.Spec.Cluster.APIServerEndpoint, CA: c.Spec.Cluster.CertificateAuthority,
		},
		Taints:         kubelet.RegisterWithTaints,
		MaxPods:        kubelet.MaxPods,
		PodsPerCore:    kubelet.PodsPerCore,
		KubeReserved:   kubelet.KubeReserved,
		SystemReserved: kubelet.SystemReserved,
		EvictionHard:   kubelet.EvictionHard,
		InstanceIDName: c.Spec.FeatureGates["InstanceIdNodeName"],
		StripedStorage: strings.HasPrefix(c.Spec.Instance.LocalStorage.Strategy, "RAID"),
	}
	return config, config.applyFlags(c.Spec.Kubelet.Flags)
}
