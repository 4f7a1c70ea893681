package model

// ClaimPatch changes the metadata of a claim, if it is still at the resource version (empty: whatever it is at).
// A nil value removes the label or annotation.
type ClaimPatch struct {
	ResourceVersion string
	Labels          map[string]*string
	Annotations     map[string]*string
	Finalizers      *[]string
}

// ClaimStatus is the status of a claim as a whole. It is written only if the claim is still at the resource
// version; other fields of the object stay.
type ClaimStatus struct {
	ResourceVersion string
	ProviderID      string
	NodeName        string
	ImageID         string
	Capacity        Resources
	Allocatable     Resources
	Conditions      Conditions
}

// Status of the claim as it is, to be changed and written back.
func (c NodeClaim) Status() ClaimStatus {
	return ClaimStatus{
		ResourceVersion: c.ResourceVersion,
		ProviderID:      c.ProviderID,
		NodeName:        c.NodeName,
		ImageID:         c.ImageID,
		Capacity:        c.Capacity,
		Allocatable:     c.Allocatable,
		Conditions:      c.Conditions,
	}
}

// NodePatch changes a node, if it is still at the resource version. Nil fields stay.
type NodePatch struct {
	ResourceVersion string
	Labels          map[string]*string
	Annotations     map[string]*string
	Taints          *[]Taint
	Finalizers      *[]string
	Owner           *ObjectRef // the NodeClaim that becomes its owner
}

// PoolStatus is the part of a pool's status that register writes.
type PoolStatus struct {
	ResourceVersion string
	Resources       Resources
	Nodes           int64
	Conditions      Conditions
}
