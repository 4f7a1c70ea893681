package model

import (
	"strings"
	"time"
)

// Node of the cluster, with what is used on it.
type Node struct {
	Name            string            `json:"name"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	ProviderID      string            `json:"providerID,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	Annotations     map[string]string `json:"annotations,omitempty"`
	Finalizers      []string          `json:"finalizers,omitempty"`
	OwnerClaim      string            `json:"ownerClaim,omitempty"` // name of the NodeClaim among its owner references
	Taints          []Taint           `json:"taints,omitempty"`
	Capacity        Resources         `json:"capacity"`
	Allocatable     Resources         `json:"allocatable"`
	Conditions      Conditions        `json:"conditions,omitempty"`
	Unschedulable   bool              `json:"unschedulable,omitempty"`
	Deleting        bool              `json:"deleting,omitempty"`
	CreatedAt       time.Time         `json:"createdAt,omitzero"`

	// Used is the sum of the requests of the pods bound to the node, Daemons the UIDs of the daemonsets that
	// already run there; both are filled when the Snapshot is put together.
	Used    Resources `json:"used"`
	Daemons []string  `json:"daemons,omitempty"`
}

// Ready reports whether the kubelet says that the node is ready.
func (n Node) Ready() bool { return n.Conditions.IsTrue(Ready) }

// InstanceID is the EC2 instance of a provider ID such as aws:///us-east-1a/i-0abc; empty when it is not AWS's.
func InstanceID(providerID string) string {
	rest, ok := strings.CutPrefix(providerID, "aws:///")
	if !ok {
		return ""
	}
	_, id, ok := strings.Cut(rest, "/")
	if !ok || !strings.HasPrefix(id, "i-") {
		return ""
	}
	return id
}

// ProviderID is the provider ID of an instance as the AWS cloud provider writes it on a Node.
func ProviderID(zone, instanceID string) string { return "aws:///" + zone + "/" + instanceID }
