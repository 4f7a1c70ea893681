package sched

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// relaunch goes through the claims whose last launch gave them nothing. Those that pods still need, and that something
// is left for, are launched again; the others are taken back, and made anew when they are needed.
func (d *decision) relaunch() {
	byShape := map[string]*model.LaunchAction{}
	var launches []*model.LaunchAction
	for _, s := range d.seats {
		if !s.lost {
			continue
		}
		if len(s.pods) == 0 {
			d.release(s)
			continue
		}
		if d.budget.launches <= 0 {
			d.budget.hit[capLaunches] = true
			continue
		}
		d.budget.launches--
		p := d.repurchase(s)
		key := shapeKey(p, model.NodeClaim{Requirements: s.claim.Requirements})
		l := byShape[key]
		if l == nil {
			l = d.launch(p).Launch
			byShape[key] = l
			launches = append(launches, l)
		}
		l.Attempt = max(l.Attempt, attempt(s.claim.Annotations[model.AnnotationLaunch])+1)
		l.Claims = append(l.Claims, *s.claim)
	}
	for _, l := range launches {
		l.ID = d.launchID(l) + "-a" + strconv.Itoa(l.Attempt)
		d.act(model.Action{Key: "launch/" + l.ID, Reason: "again: " + launchReason(l), Launch: l})
	}
}

// repurchase is what is left for a claim that exists.
func (d *decision) repurchase(s *seat) *purchase {
	var offers []offering
	group := -1
	for _, t := range s.offers.types() {
		if group < 0 {
			group = s.pool.groups[t]
		}
		if s.pool.groups[t] == group {
			offers = append(offers, d.table.list(t, s.offers[t])...)
		}
	}
	slices.SortFunc(offers, compareOfferings)
	return &purchase{
		pool:         s.pool,
		capacityType: s.claim.Labels[model.LabelCapacityType],
		holders:      offers[:min(len(offers), model.MaxOverrides)],
	}
}

// attempt reads the number of an attempt off a launch's name.
func attempt(launch string) int {
	_, number, _ := strings.Cut(launch, "-a")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 1
	}
	return n
}

// release takes a claim back, out of the pool's limits and the cap on money too.
func (d *decision) release(s *seat) {
	if s.pool != nil {
		s.pool.left.take(-1, d.capacityOf(s.claim, s.pool))
	}
	d.budget.pay(-d.priceOf(s.claim))
	reason := "claim " + s.name + " got no instance and no pod needs it"
	if s.offers.empty() {
		reason = "claim " + s.name + " got no instance and nothing is left that it may become"
	}
	d.act(model.Action{
		Key:    "release/" + s.claim.Name + "/" + s.claim.UID,
		Reason: reason,
		Release: &model.ReleaseAction{
			Claim: s.claim.Name, UID: s.claim.UID, ResourceVersion: s.claim.ResourceVersion,
		},
	})
}

// remember writes down the pods that claims on their way are counted on for, where there are more than they know of.
// A complete node needs no memory: the scheduler sees it.
func (d *decision) remember() {
	for _, s := range d.seats {
		if s.node != nil || !d.ours(s.claim) {
			continue
		}
		known := map[string]bool{}
		for _, ref := range s.claim.Pods {
			known[ref.UID] = true
		}
		if !slices.ContainsFunc(s.pods, func(p *model.Pod) bool { return !known[p.UID] }) {
			continue
		}
		refs := refsOf(s.pods)
		slices.SortFunc(refs, compareRefs)
		d.act(rememberAction(s, refs, len(s.pods)))
	}
}

func rememberAction(s *seat, refs []model.PodRef, pods int) model.Action {
	r := &model.RememberAction{Claim: s.claim.Name, UID: s.claim.UID, ResourceVersion: s.claim.ResourceVersion, Pods: refs}
	if s.lost {
		r.ResourceVersion = "" // its launch is noted on it first, in this same Plan
	}
	return model.Action{
		Key:      "remember/" + s.claim.Name + "/" + contentKey(refs),
		Reason:   "claim " + s.claim.Name + " is counted on for " + counted(pods, "pod", "pods"),
		Remember: r,
	}
}

func contentKey(content any) string {
	body, err := json.Marshal(content)
	if err != nil { // only plain values are given
		return ""
	}
	return digest(10, string(body))
}
