package events

// KindNodeInitialized: a claim's node is Ready, free of startup taints, and reports all the
// resources that its type has. Pods run there from now on.
const KindNodeInitialized = "Node Initialized"

// NodeInitialized is the detail of KindNodeInitialized.
type NodeInitialized struct {
	Header
	Claim    string `json:"claim"`
	Node     string `json:"node"`
	Instance string `json:"instance"`
	// SinceLaunch is the time since the claim was launched, in milliseconds.
	SinceLaunch int64 `json:"sinceLaunch"`
}

func nodeInitialized() Kind {
	return ours[NodeInitialized](`{"source":["slipway"],"detail-type":["Node Initialized"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewNodeInitialized gives initialized a header.
func NewNodeInitialized(head Header, initialized NodeInitialized) NodeInitialized {
	initialized.Header = head
	return initialized
}

// Kind implements Event.
func (NodeInitialized) Kind() string { return KindNodeInitialized }

func (e NodeInitialized) check() error {
	return checkJoined(e.Claim, e.Node, e.Instance, e.SinceLaunch)
}
