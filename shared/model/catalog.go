package model

import "time"

// Catalog is what AWS offers a cluster right now: types with prices, and for each node class what its selectors
// resolved to. The function catalog makes it and keeps it in the bucket as one object; decisions only read it.
type Catalog struct {
	Schema  int             `json:"schema"`
	Version string          `json:"version"` // hash of the content without At
	At      time.Time       `json:"at"`
	Region  string          `json:"region"`
	Types   []InstanceType  `json:"types"`   // sorted by name
	Classes []ResolvedClass `json:"classes"` // sorted by name
}

// CatalogSchema is the schema number of the Catalog that this version writes.
const CatalogSchema = 1

// InstanceType as DescribeInstanceTypes has it, in Karpenter's labels.
type InstanceType struct {
	Name string `json:"name"`
	// Labels every node of the type carries, apart from zone, capacity type and those of pool and class.
	Labels map[string]string `json:"labels"`
	// Capacity is that of a node of the type with the class's defaults: memory is less what the hypervisor keeps,
	// pods is the limit of its network interfaces. Ephemeral storage is the class's business and zero here.
	Capacity  Resources  `json:"capacity"`
	Offerings []Offering `json:"offerings"` // sorted by zone, then capacity type
}

// Offering is a type in a zone under a capacity type.
type Offering struct {
	Zone         string `json:"zone"`
	CapacityType string `json:"capacityType"`
	Price        int64  `json:"price"` // microdollars an hour
}

// ResolvedClass is an EC2NodeClass with its selectors resolved.
type ResolvedClass struct {
	Name string `json:"name"`
	UID  string `json:"uid,omitempty"`
	Hash string `json:"hash,omitempty"`
	// NotReady is why nothing may be launched from the class; empty when something may.
	NotReady         string            `json:"notReady,omitempty"`
	Subnets          []Subnet          `json:"subnets,omitempty"` // sorted by zone, then most free addresses, then id
	Images           []Image           `json:"images,omitempty"`  // in the order in which they are tried
	Templates        []LaunchTemplate  `json:"templates,omitempty"`
	Tags             map[string]string `json:"tags,omitempty"`
	Kubelet          Kubelet           `json:"kubelet,omitzero"`
	EphemeralStorage int64             `json:"ephemeralStorage"` // bytes of the volume that pods write to
}

// Subnet that instances of a class may be launched into.
type Subnet struct {
	ID     string `json:"id"`
	Zone   string `json:"zone"`
	ZoneID string `json:"zoneID,omitempty"`
	Free   int64  `json:"free"` // addresses
}

// Image of a class and the nodes that it can boot.
type Image struct {
	ID           string        `json:"id"`
	Name         string        `json:"name,omitempty"`
	Requirements []Requirement `json:"requirements,omitempty"` // architecture, accelerators
}

// LaunchTemplate made for one pool and one image of a class.
type LaunchTemplate struct {
	Pool     string `json:"pool"`
	PoolHash string `json:"poolHash"`
	ImageID  string `json:"imageID"`
	ID       string `json:"id"`
	Version  string `json:"version"`
}

// Kubelet holds the settings of a class that change what a node offers to pods. Nil pointers are the defaults.
type Kubelet struct {
	MaxPods        *int64     `json:"maxPods,omitempty"`
	PodsPerCore    *int64     `json:"podsPerCore,omitempty"`
	KubeReserved   *Resources `json:"kubeReserved,omitempty"` // replaces those given, the formula stays for others
	SystemReserved *Resources `json:"systemReserved,omitempty"`
	// Eviction thresholds as absolute bytes or as a share in percent of capacity; the larger of hard and soft.
	EvictionMemory  Threshold `json:"evictionMemory,omitzero"`
	EvictionStorage Threshold `json:"evictionStorage,omitzero"`
}

// Threshold is an eviction signal's: bytes, or percent of the capacity. The zero value is the default.
type Threshold struct {
	Bytes   int64   `json:"bytes,omitempty"`
	Percent float64 `json:"percent,omitempty"`
}

// Class returns the resolved class of that name, nil when the catalog has not seen it.
func (c *Catalog) Class(name string) *ResolvedClass {
	for i := range c.Classes {
		if c.Classes[i].Name == name {
			return &c.Classes[i]
		}
	}
	return nil
}

// Template returns the launch template for a pool at a hash and an image, nil when it is not made yet.
func (c *ResolvedClass) Template(pool, poolHash, imageID string) *LaunchTemplate {
	for i := range c.Templates {
		t := &c.Templates[i]
		if t.Pool == pool && t.PoolHash == poolHash && t.ImageID == imageID {
			return t
		}
	}
	return nil
}
