// Package userdata writes what an instance is told at its first boot, so that it becomes a node of its cluster: a
// NodeConfig for Amazon Linux 2023, TOML settings for Bottlerocket. What a node class brings as its own user data
// is merged in as Karpenter documents it: it may set everything but what makes the node this cluster's.
//
//	text, err := userdata.AL2023(userdata.Node{Cluster: cluster, Labels: labels, Taints: taints})
//
// Equal input gives equal text, byte for byte: the text is part of a launch template, whose name is its hash.
package userdata

import (
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// MaxSize is how many bytes of user data EC2 takes, before base64.
const MaxSize = 16 << 10

// Node is what an instance must know to become a node.
type Node struct {
	Cluster Cluster
	Labels  map[string]string // those that a kubelet may not set itself are left to register
	Taints  []model.Taint     // all that the node is born with
	Kubelet model.KubeletSettings
	// InstanceStore makes one RAID0 of the instance's own disks and puts pods' storage there.
	InstanceStore bool
	// Custom is the node class's own user data; empty for none.
	Custom string
}

// Cluster is what a node must know to reach its cluster.
type Cluster struct {
	Name        string
	Endpoint    string // https URL of the API server
	CA          string // base64 of the PEM
	ServiceCIDR string // AL2023 derives the cluster's DNS address from it
}

// Verbatim is the user data of an image that we know nothing about: the class's own, unchanged.
func Verbatim(node Node) (string, error) { return fits(node.Custom) }

func fits(text string) (string, error) {
	if len(text) > MaxSize {
		return "", fmt.Errorf("user data has %d bytes, EC2 takes %d", len(text), MaxSize)
	}
	return text, nil
}

func (c Cluster) check() error {
	for _, need := range []struct{ what, value string }{
		{"name", c.Name}, {"endpoint", c.Endpoint}, {"certificate authority", c.CA},
	} {
		if need.value == "" {
			return fmt.Errorf("the cluster's %s is not known", need.what)
		}
	}
	return nil
}
