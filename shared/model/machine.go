package model

// Machine is what EC2 says of an instance type. The catalog's InstanceType is made from it.
type Machine struct {
	Type                string
	Arch                string // Kubernetes': amd64 or arm64; empty for others
	OnDemand            bool   // whether it can be had so
	Spot                bool
	BareMetal           bool
	Hypervisor          string
	VCPUs               int64
	CPUManufacturer     string
	ClockMHz            int64 // sustained
	MemoryMiB           int64
	EBSMbps             int64 // the most, if EBS optimized by default
	NetworkMbps         int64 // baseline; 0 when it is not told
	EncryptionInTransit bool
	DiskGB              int64 // of its own NVMe disks
	Interfaces          int64 // of the network card that pods' addresses come from
	AddressesPerNIC     int64 // IPv4
	GPUs                []Accelerator
	Neuron              []Accelerator
	Inference           []Accelerator
}

// Accelerator is one kind of accelerator of a Machine.
type Accelerator struct {
	Name         string
	Manufacturer string
	Count        int64
	MemoryMiB    int64 // of each
	Cores        int64 // of each
}

// TypeZone says that a zone has a type.
type TypeZone struct{ Type, Zone string }

// Price of a type in microdollars an hour; Zone is empty for an on-demand price.
type Price struct {
	Type  string
	Zone  string
	Price int64
}
