package timeline

import (
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// grouped folds what many pods of one owner do within a moment into one entry.
type grouped struct {
	to *Timeline

	mu      sync.Mutex
	seen    map[string]bool
	waiting map[string]*group
}

type group struct {
	first, last time.Time
	owner       string
	state       string
	begin       bool
	count       int
}

func (g *grouped) pod(p *corev1.Pod) {
	state, begin := describe(p)
	if state == "" {
		return
	}
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen == nil {
		g.seen = map[string]bool{}
	}
	if g.seen[state+string(p.UID)] {
		return
	}
	g.seen[state+string(p.UID)] = true
	key := state + owner(p)
	if g.waiting[key] == nil {
		g.waiting[key] = &group{first: now, owner: owner(p), state: state, begin: begin}
	}
	g.waiting[key].last = now
	g.waiting[key].count++
}

// flush adds the groups to which nothing was added since the time.
func (g *grouped) flush(quietSince time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, w := range g.waiting {
		if w.last.After(quietSince) {
			continue
		}
		delete(g.waiting, key)
		what := fmt.Sprintf("%d of %s %s", w.count, w.owner, w.state)
		if w.count > 1 {
			what += fmt.Sprintf(" (the last %d ms later)", w.last.Sub(w.first).Milliseconds())
		}
		g.to.Add(Entry{At: w.first, Who: "pods", What: what, Begin: w.begin})
	}
}
