package sched

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// launches makes the claims of what was bought and puts those of one shape into one launch.
func (d *decision) launches() (actions []model.Action, price int64) {
	byShape := map[string]int{}
	for i := range d.bought {
		p := &d.bought[i]
		claim := d.newClaim(p, i)
		price += p.price
		for _, pod := range p.pods {
			d.placed(pod, model.Target{Claim: claim.Name, New: true}, "it is bought for this pod")
			d.tell(pod, false, "Nominated", "claim "+claim.Name+" is bought for it: "+claim.Annotations[model.AnnotationReason])
		}
		key := shapeKey(p, claim)
		at, ok := byShape[key]
		if !ok {
			at = len(actions)
			byShape[key] = at
			actions = append(actions, d.launch(p))
		}
		actions[at].Launch.Claims = append(actions[at].Launch.Claims, claim)
	}
	for i := range actions {
		l := actions[i].Launch
		l.ID = d.launchID(l)
		actions[i].Key = "launch/" + l.ID
		actions[i].Reason = launchReason(l)
	}
	return actions, price
}

// launch is the launch for purchases of that shape, without claims.
func (d *decision) launch(p *purchase) model.Action {
	return model.Action{Launch: &model.LaunchAction{
		Attempt:      1,
		CapacityType: p.capacityType,
		Template:     *p.pool.templates[p.holders[0].typ],
		Class:        p.pool.class.Name,
		Tags:         p.pool.class.Tags,
		Overrides:    p.pool.overrides(p.holders),
		Shapes:       p.pool.shapesOf(p.holders),
	}}
}

// shapeKey spells out what claims of one launch share.
func shapeKey(p *purchase, claim model.NodeClaim) string {
	key, err := json.Marshal(struct {
		Pool, CapacityType string
		Offers             []model.FleetOverride
		Requirements       []model.Requirement
		Labels             map[string]string
	}{p.pool.Name, p.capacityType, p.pool.overrides(p.holders), claim.Requirements, claim.Labels})
	if err != nil { // strings always marshal
		return claim.Name
	}
	return string(key)
}

// launchID names a launch after the decision and what it is for. It becomes CreateFleet's token and must never name
// two requests: the epoch keeps decisions apart, the content launches of one decision. It begins with a digit, so that
// it never looks like the number of an attempt, which stands behind "-a".
func (d *decision) launchID(l *model.LaunchAction) string {
	content, err := json.Marshal(l.Overrides)
	if err != nil { // strings always marshal
		content = nil
	}
	words := []string{d.snapshot.Cluster.Key, l.CapacityType, string(content)}
	for _, c := range l.Claims {
		words = append(words, c.Name, c.UID)
	}
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return fmt.Sprintf("l-%dx%x", d.snapshot.Lane.Epoch, sum[:6])
}

func launchReason(l *model.LaunchAction) string {
	pods := 0
	for _, c := range l.Claims {
		pods += len(c.Pods)
	}
	return fmt.Sprintf("%s of pool %s for %s: %s, %s",
		counted(len(l.Claims), l.CapacityType+" node", l.CapacityType+" nodes"), l.Claims[0].Pool(), counted(pods, "pod", "pods"),
		l.Overrides[0].Type, counted(len(l.Overrides), "offering", "offerings"))
}
