package model

import (
	"crypto/sha256"
	"encoding/hex"
)

// Cluster as Slipway knows it. The ledger's registry keeps it; install writes it there.
type Cluster struct {
	Name   string `json:"name"` // for people
	Key    string `json:"key"`  // KeyOf(ARN); in ids, roles and groups
	ARN    string `json:"arn"`
	Region string `json:"region"`
	// UID of the cluster's kube-system namespace; empty until a connection has read it.
	UID  string `json:"uid,omitempty"`
	Mode Mode   `json:"mode"`
	// RolePrefix and a function's name make the role that the function assumes for this cluster.
	RolePrefix string   `json:"rolePrefix,omitempty"`
	Settings   Settings `json:"settings,omitzero"`
}

// Mode says whether Slipway acts on a cluster or only reports what it would do.
type Mode string

const (
	Active Mode = "active"
	Report Mode = "report"
)

// KeyOf is the cluster's key: 12 hex digits of its ARN's hash.
func KeyOf(arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return hex.EncodeToString(sum[:6])
}

// Owner is the value that marks instances and claims as this cluster's. It holds the kube-system UID as well, so
// that a restored copy of a cluster owns nothing of the original's.
func (c Cluster) Owner() string { return c.Key + "." + c.UID }
