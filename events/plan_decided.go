package events

import (
	"errors"
	"fmt"
)

// KindPlanDecided: a decision came to a Plan that is not empty. Published for whoever wants to
// know why; nothing of ours waits for it.
const KindPlanDecided = "Plan Decided"

// MaxReasons is how many reasons a PlanDecided carries. The decision record holds them all.
const MaxReasons = 50

// PlanDecided is the detail of KindPlanDecided.
type PlanDecided struct {
	Header
	Epoch    int64    `json:"epoch"`    // of the cluster's lane
	Reasons  []string `json:"reasons"`  // a line each, one per action
	Claims   int      `json:"claims"`   // NodeClaims to be created
	Unplaced int      `json:"unplaced"` // pods for which no place was found
	Cost     float64  `json:"cost"`     // of the claims, at catalog prices, in US dollars an hour
}

func planDecided() Kind {
	return ours[PlanDecided](`{"source":["slipway"],"detail-type":["Plan Decided"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewPlanDecided gives decided a header, and keeps its first MaxReasons reasons with a last line
// that tells how many were left out.
func NewPlanDecided(head Header, decided PlanDecided) PlanDecided {
	decided.Header = head
	if over := len(decided.Reasons) - MaxReasons; over > 0 {
		kept := decided.Reasons[:MaxReasons:MaxReasons]
		decided.Reasons = append(kept, fmt.Sprintf("and %d more", over))
	}
	return decided
}

// Kind implements Event.
func (PlanDecided) Kind() string { return KindPlanDecided }

func (e PlanDecided) check() error {
	if e.Epoch < 0 || e.Claims < 0 || e.Unplaced < 0 || e.Cost < 0 {
		return errors.New("epoch, claims, unplaced or cost is negative")
	}
	return nil
}
