package events

import (
	"errors"
	"time"
)

// KindClaimDue: register wants to look at a claim again. It is no bus event: register sends it
// to its own queue with a delay, since EventBridge cannot delay.
const KindClaimDue = "Claim Due"

// ClaimDue is the detail of KindClaimDue.
type ClaimDue struct {
	Header
	Claim string `json:"claim"` // the NodeClaim's name
	// UID is the NodeClaim's: a message for a claim that was deleted and created again under
	// the same name is void.
	UID string `json:"uid"`
	// Due is when the look was wanted; SQS may deliver it later, and delays at most 15 minutes.
	Due time.Time `json:"due"`
	// Hop counts the messages of one chain, from 1, for the alarm on chains that never end.
	Hop int `json:"hop"`
}

func claimDue() Kind { return ours[ClaimDue]("") }

// NewClaimDue is the hop-th ClaimDue of a chain.
func NewClaimDue(head Header, claim, uid string, due time.Time, hop int) ClaimDue {
	return ClaimDue{Header: head, Claim: claim, UID: uid, Due: due.UTC().Truncate(time.Millisecond), Hop: hop}
}

// Kind implements Event.
func (ClaimDue) Kind() string { return KindClaimDue }

func (e ClaimDue) check() error {
	if e.Hop < 1 {
		return errors.New("hop is less than one")
	}
	if err := plausible("due", e.Due); err != nil {
		return err
	}
	return required(field{"claim", e.Claim}, field{"uid", e.UID})
}
