package sched

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// demand is the pods of a snapshot, sorted out.
type demand struct {
	remembered []*model.Pod // a claim was made for them
	waiting    []*model.Pod // the scheduler has no place for them
}

// sortOut finds the pods that want a place. What it passes over it says.
func (d *decision) sortOut() demand {
	var out demand
	pods := make([]*model.Pod, 0, len(d.snapshot.Pods))
	for i := range d.snapshot.Pods {
		pods = append(pods, &d.snapshot.Pods[i])
	}
	slices.SortFunc(pods, func(a, b *model.Pod) int { return compareRefs(a.PodRef, b.PodRef) })
	remembered := d.rememberedBy()
	for _, p := range pods {
		if p.NodeName != "" {
			continue
		}
		claims := remembered[p.UID]
		reason := d.notOurs(p, claims)
		switch {
		case reason != "":
			d.ignore(p, reason)
			if reason == hasClaims && p.Unschedulable {
				d.tell(p, true, "ResourceClaimsUnsupported", reason+": no node is bought for it")
			}
		case p.Invalid != "":
			d.unplaced = append(d.unplaced, model.Unplaced{Pod: p.PodRef, Reason: "the pod can't be read: " + p.Invalid})
		case len(claims) > 0:
			out.remembered = append(out.remembered, p)
		default:
			out.waiting = append(out.waiting, p)
		}
	}
	out.waiting = d.tried(out.waiting)
	return out
}

// tried keeps the pods that the scheduler has given up on for now. It may yet find a place for the others.
func (d *decision) tried(pods []*model.Pod) []*model.Pod {
	var out []*model.Pod
	for _, p := range pods {
		if p.Unschedulable {
			out = append(out, p)
		} else {
			d.ignore(p, "the scheduler has not tried it yet")
		}
	}
	return out
}

func (d *decision) ignore(p *model.Pod, reason string) {
	d.ignored = append(d.ignored, model.Ignored{Pod: p.PodRef, Reason: reason})
}

// rememberedBy lists, by pod UID, the living claims that were made for the pod.
func (d *decision) rememberedBy() map[string][]*model.NodeClaim {
	out := map[string][]*model.NodeClaim{}
	for i := range d.snapshot.Claims {
		c := &d.snapshot.Claims[i]
		if c.Deleting() {
			continue
		}
		for _, p := range c.Pods {
			out[p.UID] = append(out[p.UID], c)
		}
	}
	return out
}

// hasClaims is the one reason of notOurs that the pod is told: of all the others somebody takes care.
const hasClaims = "it has resource claims, which are not decided on here"

// notOurs says why somebody else has to act on the pod, or is to; empty when it is for us to place.
func (d *decision) notOurs(p *model.Pod, claims []*model.NodeClaim) string {
	switch {
	case p.Finished():
		return "it has ended"
	case p.Deleting:
		return "it is being deleted"
	case p.Owner.Kind == "DaemonSet":
		return "its daemonset brings it with every node"
	case p.Owner.Kind == "Node":
		return "it is static: it belongs to its node"
	case p.Gated:
		return "it has scheduling gates"
	case p.ResourceClaims:
		return hasClaims
	case p.NominatedNode != "" && !nominatedByUs(p.NominatedNode, claims) && d.nodeNames[p.NominatedNode]:
		return "node " + p.NominatedNode + " is nominated for it"
	}
	return ""
}

// nominatedByUs reports whether the nominated node is that of a claim that was made for the pod. Other nominations
// are the scheduler's: it makes room there by preemption.
func nominatedByUs(node string, claims []*model.NodeClaim) bool {
	return slices.ContainsFunc(claims, func(c *model.NodeClaim) bool { return c.NodeName == node })
}
