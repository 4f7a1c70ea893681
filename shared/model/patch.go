package model

import "time"

// ClaimPatch changes the metadata of a claim, if it is still at the resource version (empty: whatever it is at).
// A nil value removes the label or annotation.
type ClaimPatch struct {
	ResourceVersion string
	Labels          map[string]*string
	Annotations     map[string]*string
	Finalizers      *[]string
}

// ClaimStatus is the status of a claim as a whole. It is written only if the claim is still at the resource
// version; other fields of the object stay. Conditions need transition times. Generation and CreatedAt are those of
// the claim: Ready is made from Launched, Registered and Initialized at that generation when it is written.
type ClaimStatus struct {
	ResourceVersion string
	Generation      int64
	CreatedAt       time.Time
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
		Generation:      c.Generation,
		CreatedAt:       c.CreatedAt,
		ProviderID:      c.ProviderID,
		NodeName:        c.NodeName,
		ImageID:         c.ImageID,
		Capacity:        c.Capacity,
		Allocatable:     c.Allocatable,
		Conditions:      c.Conditions,
	}
}

// NodePatch changes a node, if it is still at the resource version. Nil fields stay; lists are written whole.
type NodePatch struct {
	ResourceVersion string
	Labels          map[string]*string
	Annotations     map[string]*string
	Taints          *[]Taint
	Finalizers      *[]string
	Owner           *ObjectRef // the NodeClaim that becomes its one owner
}

// PoolStatus is the part of a pool's status that register writes. Nil Conditions stay as they are.
type PoolStatus struct {
	ResourceVersion string
	Was             Resources // as read: a resource that is there and not in Resources is removed
	Resources       Resources
	Nodes           int64
	Conditions      Conditions
}

// Status of the pool as it is, to be changed and written back.
func (p NodePool) Status() PoolStatus {
	return PoolStatus{
		ResourceVersion: p.ResourceVersion,
		Was:             p.Resources,
		Resources:       p.Resources,
		Nodes:           p.Nodes,
		Conditions:      p.Conditions,
	}
}
