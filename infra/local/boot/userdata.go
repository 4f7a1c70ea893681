package boot

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Family is the kind of image that understands a user data.
type Family string

// The families whose user data ParseUserData reads.
const (
	AL2023       Family = "AL2023"
	Bottlerocket Family = "Bottlerocket"
)

// NodeConfig is what a node takes from its user data: the cluster that it joins and its kubelet's settings.
// Fields that the user data leaves out are zero; the node's own defaults are not filled in.
type NodeConfig struct {
	Family  Family
	Cluster ClusterConfig

	Labels map[string]string // exactly what the node registers with
	Taints []corev1.Taint    // likewise

	MaxPods        int               // 0: as many as the network interfaces have addresses for
	PodsPerCore    int               // 0: no limit
	KubeReserved   map[string]string // cpu, memory, ephemeral-storage to quantities
	SystemReserved map[string]string // likewise
	EvictionHard   map[string]string // signal (memory.available, ...) to quantity or percentage

	InstanceIDName bool   // the Node is named after the instance, not its private DNS name
	Hostname       string // overrides both
	StripedStorage bool   // instance store disks hold the pods' ephemeral storage
}

// ClusterConfig is where the node's cluster is.
type ClusterConfig struct {
	Name     string
	Endpoint string // URL of the API server
	CA       []byte // PEM
}

// maxUserData bounds what a compressed user data may unfold to; EC2 itself takes 16 KB.
const maxUserData = 1 << 20

// ParseUserData reads the user data of an AL2023 or Bottlerocket node, as EC2 hands it to the instance (that is,
// without the base64 of EC2's API, though a second one is undone as nodeadm undoes it, and gzip likewise).
// AL2023 takes a MIME archive with NodeConfig parts, or one NodeConfig alone; Bottlerocket takes TOML settings.
// The error says why a real node would not have joined.
func ParseUserData(raw []byte) (NodeConfig, error) {
	data, err := unwrap(raw)
	if err != nil {
		return NodeConfig{}, fmt.Errorf("user data: %w", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return NodeConfig{}, errors.New("user data: empty")
	}
	parse := parseBottlerocket
	if isNodeadm(data) {
		parse = parseNodeadm
	}
	config, err := parse(data)
	if err == nil {
		err = config.validate()
	}
	if err != nil {
		return NodeConfig{}, fmt.Errorf("user data: %w", err)
	}
	return config, nil
}

// isNodeadm reports whether the data is for nodeadm: a real node knows by its image, the stand-in has only the text.
func isNodeadm(data []byte) bool {
	head := strings.ToLower(string(bytes.TrimSpace(data)))
	return strings.HasPrefix(head, "mime-version:") || strings.HasPrefix(head, "content-type:") ||
		strings.Contains(head, nodeadmGroup)
}

// unwrap undoes base64 and gzip, each where it is there.
func unwrap(data []byte) ([]byte, error) {
	if decoded, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data))); err == nil {
		data = decoded
	}
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	zipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(zipped, maxUserData+1))
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	if len(plain) > maxUserData {
		return nil, fmt.Errorf("gzip: more than %d bytes", maxUserData)
	}
	return plain, nil
}

func (c NodeConfig) validate() error {
	switch {
	case c.Cluster.Name == "":
		return errors.New("cluster name is missing")
	case c.Cluster.Endpoint == "":
		return errors.New("API server endpoint is missing")
	case len(c.Cluster.CA) == 0:
		return errors.New("certificate authority is missing")
	case c.MaxPods < 0 || c.PodsPerCore < 0:
		return errors.New("max pods and pods per core must not be negative")
	}
	for _, reserved := range []map[string]string{c.KubeReserved, c.SystemReserved} {
		for name, value := range reserved {
			if _, err := parseQuantity(value); err != nil {
				return fmt.Errorf("reserved %s %q: %w", name, value, err)
			}
		}
	}
	for signal, value := range c.EvictionHard {
		if _, err := threshold(value, 0); err != nil {
			return fmt.Errorf("eviction threshold %s %q: %w", signal, value, err)
		}
	}
	return nil
}
