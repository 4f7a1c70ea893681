package userdata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// nodeConfig is nodeadm's NodeConfig as far as we write it. JSON is YAML, and needs no library.
// Source: amazon-eks-ami, nodeadm/api/v1alpha1.
type nodeConfig struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Spec       nodeConfigSpec `json:"spec"`
}

type nodeConfigSpec struct {
	Cluster struct {
		Name                 string `json:"name"`
		APIServerEndpoint    string `json:"apiServerEndpoint"`
		CertificateAuthority string `json:"certificateAuthority"`
		CIDR                 string `json:"cidr"`
	} `json:"cluster"`
	Instance *nodeConfigInstance `json:"instance,omitempty"`
	Kubelet  struct {
		Config kubeletConfig `json:"config"`
		Flags  []string      `json:"flags,omitempty"`
	} `json:"kubelet"`
}

type nodeConfigInstance struct {
	LocalStorage struct {
		Strategy string `json:"strategy"`
	} `json:"localStorage"`
}

type kubeletConfig struct {
	model.KubeletSettings
	RegisterWithTaints []model.Taint `json:"registerWithTaints,omitempty"`
}

// AL2023 is the user data of Amazon Linux 2023: a MIME archive of the class's own parts and, last, our NodeConfig.
// nodeadm lets later parts win, so that a class may add to the kubelet's settings but not lead the node elsewhere.
func AL2023(node Node) (string, error) {
	if err := node.Cluster.check(); err != nil {
		return "", err
	}
	if node.Cluster.ServiceCIDR == "" {
		return "", errors.New("the cluster's service CIDR is not known")
	}
	parts, err := customParts(node.Custom)
	if err != nil {
		return "", fmt.Errorf("the class's user data: %w", err)
	}
	config, err := marshalNodeConfig(node)
	if err != nil {
		return "", err
	}
	archive, err := writeArchive(append(parts, newPart(nodeConfigType, config)))
	if err != nil {
		return "", err
	}
	return fits(archive)
}

func marshalNodeConfig(node Node) (string, error) {
	config := nodeConfig{APIVersion: "node.eks.aws/v1alpha1", Kind: "NodeConfig"}
	config.Spec.Cluster.Name = node.Cluster.Name
	config.Spec.Cluster.APIServerEndpoint = node.Cluster.Endpoint
	config.Spec.Cluster.CertificateAuthority = node.Cluster.CA
	config.Spec.Cluster.CIDR = node.Cluster.ServiceCIDR
	config.Spec.Kubelet.Config = kubeletConfig{node.Kubelet, node.Taints}
	if labels := kubeletLabels(node.Labels); len(labels) > 0 {
		config.Spec.Kubelet.Flags = []string{"--node-labels=" + assignments(labels)}
	}
	if node.InstanceStore {
		config.Spec.Instance = &nodeConfigInstance{}
		config.Spec.Instance.LocalStorage.Strategy = "RAID0"
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(config); err != nil {
		return "", fmt.Errorf("write the NodeConfig: %w", err)
	}
	return text.String(), nil
}

// customParts takes a class's user data apart. Users write a MIME archive, a NodeConfig, a cloud-config or a script.
func customParts(custom string) ([]part, error) {
	text := strings.TrimSpace(custom)
	switch {
	case text == "":
		return nil, nil
	case hasPrefixFold(text, "MIME-Version:"), hasPrefixFold(text, "Content-Type:"):
		return readArchive(text)
	case strings.HasPrefix(text, "#cloud-config"):
		return []part{newPart(cloudConfigType, custom)}, nil
	case strings.HasPrefix(text, "#!") || !strings.Contains(text, "node.eks.aws/"):
		return []part{newPart(scriptType, custom)}, nil
	}
	return []part{newPart(nodeConfigType, custom)}, nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
