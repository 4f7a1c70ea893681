package sched

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// daemon is a daemonset made ready for one decision.
type daemon struct {
	uid  string
	pods *group // of its template; without pods
}

func newDaemons(sets []model.DaemonSet) []daemon {
	out := make([]daemon, 0, len(sets))
	for i := range sets {
		g := newGroup(&sets[i].Template, sets[i].UID, false)
		out = append(out, daemon{sets[i].UID, g})
	}
	slices.SortFunc(out, func(a, b daemon) int { return compareText(a.uid, b.uid) })
	return out
}

// overheads is, for each type, what daemonsets will use of a new node of the pool. A daemonset that matches only
// some offerings of a type counts on all of them.
func (d *decision) overheads(p *pool) []model.Resources {
	out := make([]model.Resources, len(d.table.types))
	for _, daemon := range d.daemons {
		if _, ok := tolerates(daemon.pods.tolerations, p.Taints); !ok {
			continue
		}
		runs := make([]bool, len(out))
		for _, term := range daemon.pods.terms {
			s, _, refused := p.compatible(d, term)
			if refused != "" {
				continue
			}
			s.and(p.may)
			for t, bits := range s {
				runs[t] = runs[t] || bits != 0
			}
		}
		for t, yes := range runs {
			if yes {
				out[t] = out[t].Plus(daemon.pods.requests)
			}
		}
	}
	return out
}

// expected is what daemonsets will use of a node on which the running ones are there already.
func (d *decision) expected(running []string, taints []model.Taint, label func(string) (string, bool)) model.Resources {
	var sum model.Resources
	for _, daemon := range d.daemons {
		if slices.Contains(running, daemon.uid) {
			continue
		}
		if _, ok := tolerates(daemon.pods.tolerations, taints); ok && admitted(daemon.pods.terms, label) {
			sum = sum.Plus(daemon.pods.requests)
		}
	}
	return sum
}

// admitted reports whether a node with those labels satisfies one of the terms.
func admitted(terms []require.Constraints, label func(string) (string, bool)) bool {
	for _, term := range terms {
		if _, ok := term.Admit(label); ok {
			return true
		}
	}
	return false
}
