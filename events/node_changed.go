package events

// KindNodeChanged: nodes or claims changed in something that decisions read. observe publishes
// it; register (and later disrupt) is woken by it.
const KindNodeChanged = "Node Changed"

// NodeChanged is the detail of KindNodeChanged. At least one name is given.
type NodeChanged struct {
	Header
	Nodes  []string `json:"nodes,omitempty"`  // names of Nodes
	Claims []string `json:"claims,omitempty"` // names of NodeClaims
}

func nodeChanged() Kind {
	return ours[NodeChanged](`{"source":["slipway"],"detail-type":["Node Changed"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewNodeChanged is a NodeChanged. More than MaxNames go through Chunks first.
func NewNodeChanged(head Header, nodes, claims []string) NodeChanged {
	return NodeChanged{Header: head, Nodes: nodes, Claims: claims}
}

// Kind implements Event.
func (NodeChanged) Kind() string { return KindNodeChanged }

func (e NodeChanged) check() error { return checkNames("nodes and claims", e.Nodes, e.Claims) }
