package sched

import (
	"github.com/slipway-dev/slipway/shared/model"
)

// putBack counts the remembered pods on the claims that were made for them, before anybody else takes the room. It
// returns those that found theirs taken.
func (d *decision) putBack(pods []*model.Pod) (rest []*model.Pod) {
	where := map[string][]*seat{}
	for _, s := range d.seats {
		if s.claim != nil {
			for _, ref := range s.claim.Pods {
				where[ref.UID] = append(where[ref.UID], s)
			}
		}
	}
	for _, p := range pods {
		if !d.putBackOn(where[p.UID], p) {
			rest = append(rest, p)
		}
	}
	return rest
}

func (d *decision) putBackOn(seats []*seat, p *model.Pod) bool {
	g := newGroup(p, "", false)
	for _, s := range seats {
		if s.lost && d.barred(p) || !s.keeps(d, g) {
			continue
		}
		s.put(p)
		d.placed(p, s.target(), "it was made for this pod")
		return true
	}
	return false
}

// settle counts the group's pods on the places that exist, in order, and leaves those that none has room for.
func (d *decision) settle(g *group) {
	for _, s := range d.seats {
		if s.lost && g.barred {
			continue
		}
		if len(g.pods) == 0 {
			return
		}
		if !s.fits(d, g) {
			continue
		}
		for len(g.pods) > 0 && g.requests.FitsIn(s.free) {
			p := g.pods[0]
			g.pods = g.pods[1:]
			s.put(p)
			d.placed(p, s.target(), whyHere(s))
		}
	}
}

func whyHere(s *seat) string {
	if s.node != nil {
		return "there is room"
	}
	return "it is on its way and has room"
}

func (d *decision) placed(p *model.Pod, on model.Target, why string) {
	d.placements = append(d.placements, model.Placement{Pod: p.PodRef, On: on, Why: why})
}
