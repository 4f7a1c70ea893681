package events

import "errors"

// KindNodeRegistered: a claim's node joined the cluster and carries what its claim says.
const KindNodeRegistered = "Node Registered"

// NodeRegistered is the detail of KindNodeRegistered.
type NodeRegistered struct {
	Header
	Claim    string `json:"claim"`
	Node     string `json:"node"`
	Instance string `json:"instance"`
	// SinceLaunch is the time since the claim was launched, in milliseconds.
	SinceLaunch int64 `json:"sinceLaunch"`
}

func nodeRegistered() Kind {
	return ours[NodeRegistered](`{"source":["slipway"],"detail-type":["Node Registered"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewNodeRegistered gives registered a header.
func NewNodeRegistered(head Header, registered NodeRegistered) NodeRegistered {
	registered.Header = head
	return registered
}

// Kind implements Event.
func (NodeRegistered) Kind() string { return KindNodeRegistered }

func (e NodeRegistered) check() error { return checkJoined(e.Claim, e.Node, e.Instance, e.SinceLaunch) }

func checkJoined(claim, node, instance string, sinceLaunch int64) error {
	if sinceLaunch < 0 {
		return errors.New("sinceLaunch is negative")
	}
	return required(field{"claim", claim}, field{"node", node}, field{"instance", instance})
}
