package sched

import (
	"fmt"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// trip opens the breaker of owners whose pods do not bind to what was bought for them. Buying more would repeat
// whatever is wrong. Either the pod fits beside its Initialized node and the scheduler still does not bind it, or the
// node came out smaller than was promised.
func (d *decision) trip(remembered, displaced []*model.Pod) {
	seatOf := map[string]*seat{}
	for _, s := range d.seats {
		if s.node == nil || s.claim == nil {
			continue
		}
		for _, ref := range s.claim.Pods {
			if seatOf[ref.UID] == nil {
				seatOf[ref.UID] = s
			}
		}
	}
	for _, p := range remembered {
		s := seatOf[p.UID]
		if s == nil || !p.Unschedulable || d.breaker(p) != nil || !d.overdue(p, s) {
			continue
		}
		if reason := why(p, s, slices.Contains(displaced, p)); reason != "" {
			d.trips(p, reason)
		}
	}
}

// overdue reports whether the pod has waited too long beside the node that was bought for it.
func (d *decision) overdue(p *model.Pod, s *seat) bool {
	since := s.claim.Conditions.Get(model.Initialized).LastTransitionTime
	if p.CreatedAt.After(since) {
		since = p.CreatedAt
	}
	return d.now.Sub(since) >= d.settings.BreakerAfter
}

// why is what is wrong with a pod beside its node, empty when others just took the room: then it needs another node.
func why(p *model.Pod, s *seat, displaced bool) string {
	if !displaced {
		if slices.Contains(s.pods, p) {
			return "it fits node " + s.name + ", which was bought for it, and is still not bound"
		}
		return ""
	}
	if lacks, short := p.Requests.LacksIn(s.node.Allocatable); short {
		return fmt.Sprintf("node %s was bought for it and has only %s %s", s.name, lacks, amount(lacks, s.node.Allocatable.Get(lacks)))
	}
	return ""
}

func (d *decision) trips(p *model.Pod, reason string) {
	b := model.Breaker{Owner: model.OwnerKey(*p), Until: d.now.Add(d.settings.BreakerFor), Reason: "pod " + p.PodRef.String() + ": " + reason}
	d.breakers = append(d.breakers, b)
	d.tell(p, true, "BreakerOpen", fmt.Sprintf("%s; nothing is bought for its owner until %s", reason, clock(b.Until)))
}

// breaker is the open breaker of the pod's owner, nil when there is none.
func (d *decision) breaker(p *model.Pod) *model.Breaker {
	owner := model.OwnerKey(*p)
	for _, list := range [][]model.Breaker{d.breakers, d.snapshot.Lane.Breakers} {
		for i := range list {
			if list[i].Owner == owner && d.now.Before(list[i].Until) {
				return &list[i]
			}
		}
	}
	return nil
}

func (d *decision) barred(p *model.Pod) bool { return d.breaker(p) != nil }

func clock(t time.Time) string { return t.UTC().Format("15:04:05") + " UTC" }
