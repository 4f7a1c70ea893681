package events

// KindPoolChanged: NodePools were created, changed in their spec, or deleted. observe publishes
// it; catalog is woken by it.
const KindPoolChanged = "Pool Changed"

// PoolChanged is the detail of KindPoolChanged.
type PoolChanged struct {
	Header
	Pools []string `json:"pools"` // names of NodePools, at least one
}

func poolChanged() Kind {
	return ours[PoolChanged](`{"source":["slipway"],"detail-type":["Pool Changed"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewPoolChanged is a PoolChanged. More than MaxNames go through Chunks first.
func NewPoolChanged(head Header, pools []string) PoolChanged {
	return PoolChanged{Header: head, Pools: pools}
}

// Kind implements Event.
func (PoolChanged) Kind() string { return KindPoolChanged }

func (e PoolChanged) check() error { return checkNames("pools", e.Pools) }
