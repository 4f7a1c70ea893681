package model

// TemplateSpec is what a launch template holds. Equal specs have equal names, since the name is made of the hash.
type TemplateSpec struct {
	Name           string
	ImageID        string
	Profile        string
	UserData       string // raw
	SecurityGroups []string
	Devices        []BlockDevice
	Metadata       MetadataOptions
	Monitoring     bool
	PublicIP       *bool
	IPPrefixes     int32
	Tags           map[string]string // of the template and of network interfaces
}

// TemplateRef points to a launch template's version.
type TemplateRef struct {
	ID      string
	Version string
}

// BlockDevice of an instance: an EBS volume. Zero values are EC2's defaults.
type BlockDevice struct {
	Name                string
	Root                bool  // what the class calls its root volume
	Size                int64 // bytes
	Type                string
	Encrypted           *bool
	DeleteOnTermination *bool
	IOPS                int32
	Throughput          int32 // MiB a second
	KMSKeyID            string
	SnapshotID          string
	InitializationRate  int32 // MiB a second
}

// MetadataOptions of an instance, as EC2 spells them.
type MetadataOptions struct {
	Endpoint string // enabled, disabled
	IPv6     string // enabled, disabled
	HopLimit int32
	Tokens   string // required, optional
}
