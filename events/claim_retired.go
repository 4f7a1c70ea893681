package events

// KindClaimRetired: a claim is given up or taken back.
const KindClaimRetired = "Claim Retired"

// ClaimRetired is the detail of KindClaimRetired.
type ClaimRetired struct {
	Header
	Claim string `json:"claim"`
	// Reason is for people, e.g. "not registered within 15m0s".
	Reason string `json:"reason"`
}

func claimRetired() Kind {
	return ours[ClaimRetired](`{"source":["slipway"],"detail-type":["Claim Retired"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewClaimRetired is a ClaimRetired.
func NewClaimRetired(head Header, claim, reason string) ClaimRetired {
	return ClaimRetired{Header: head, Claim: claim, Reason: reason}
}

// Kind implements Event.
func (ClaimRetired) Kind() string { return KindClaimRetired }

func (e ClaimRetired) check() error {
	return required(field{"claim", e.Claim}, field{"reason", e.Reason})
}
