package world

import (
	"context"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Faults says what does not hold at the end of a run. Empty is well.
func (w *World) Faults() []string {
	var faults []string
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, p := range w.kubernetes.AllPods() {
		if p.NodeName == "" {
			say("pod %s has no place", p.PodRef)
		}
	}
	instanceOf := map[string]string{}
	living := 0
	for _, i := range w.ec2.All() {
		if i.State != "running" {
			continue
		}
		living++
		claim := i.Tags[model.TagClaim]
		if other := instanceOf[claim]; other != "" {
			say("claim %q has two instances: %s and %s", claim, other, i.ID)
		}
		instanceOf[claim] = i.ID
	}
	claims := w.kubernetes.AllClaims()
	for _, c := range claims {
		if id := model.InstanceID(c.ProviderID); id == "" || instanceOf[c.Name] != id {
			say("claim %s names instance %q, EC2 has %q for it", c.Name, id, instanceOf[c.Name])
		}
		if !c.Initialized() {
			say("claim %s is not Initialized", c.Name)
		}
		delete(instanceOf, c.Name)
	}
	for claim, id := range instanceOf {
		say("instance %s names claim %q, which is not there", id, claim)
	}
	if living > len(claims) {
		say("%d instances run for %d claims", living, len(claims))
	}
	w.ledger.Around = nil
	lane, _, err := w.ledger.Open(context.Background(), w.cluster.Key, model.LaneProvision, w.now.Add(time.Hour))
	if err != nil || len(lane.OpenLaunches) > 0 {
		say("launches are still open: %v (%v)", lane.OpenLaunches, err)
	}
	return faults
}

// Launched is how many instances were ever launched.
func (w *World) Launched() int { return len(w.ec2.All()) }
