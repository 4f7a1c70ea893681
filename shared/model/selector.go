package model

import "time"

// Selector picks resources of an account: all that is set must hold. A tag's value "*" asks for the key alone.
type Selector struct {
	ID    string
	Name  string
	Owner string // of images: an account, self, amazon or aws-marketplace
	Tags  map[string]string
}

// SecurityGroup that instances of a class get.
type SecurityGroup struct {
	ID   string
	Name string
}

// MachineImage is an AMI as EC2 describes it.
type MachineImage struct {
	ID         string
	Name       string
	Arch       string // Kubernetes': amd64 or arm64; empty for others
	CreatedAt  time.Time
	Deprecated time.Time // from when on; zero for never
}

// ClusterDetails are what a node must know of its cluster, as EKS has them.
type ClusterDetails struct {
	Endpoint    string
	CA          string // base64 of the PEM
	Version     string // Kubernetes': 1.35
	ServiceCIDR string
}
