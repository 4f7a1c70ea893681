// Package timeline collects what happened, from wherever it is seen, and prints it in order with the milliseconds
// since the event that began it.
package timeline

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Entry is one thing that happened.
type Entry struct {
	At   time.Time
	Who  string // pod, observe, provision, EC2, node ...
	What string
	// Begin marks the entries from which later ones count their milliseconds.
	Begin bool
}

// Timeline is safe for concurrent use.
type Timeline struct {
	mu      sync.Mutex
	entries []Entry
	seen    map[string]bool
	printed int
}

// New returns an empty timeline.
func New() *Timeline { return &Timeline{seen: map[string]bool{}} }

// Add adds an entry.
func (t *Timeline) Add(e Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, e)
}

// Once adds an entry unless one was added under the key before.
func (t *Timeline) Once(key string, e Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.seen[key] {
		t.seen[key] = true
		t.entries = append(t.entries, e)
	}
}

// moment within which what begins has begun with what came before it: a pod is seen unschedulable by several.
const moment = time.Second

// Print prints, in order of time, what was added since the last Print.
func (t *Timeline) Print(w io.Writer) {
	t.mu.Lock()
	fresh := slices.Clone(t.entries[t.printed:])
	t.printed = len(t.entries)
	t.mu.Unlock()
	slices.SortStableFunc(fresh, func(a, b Entry) int { return a.At.Compare(b.At) })
	var begin time.Time
	for _, e := range fresh {
		if begin.IsZero() || e.Begin && e.At.Sub(begin) > moment {
			begin = e.At
			fmt.Fprintf(w, "%s\n", e.At.Format("15:04:05.000"))
		}
		lines := strings.Split(e.What, "\n")
		fmt.Fprintf(w, "  %+7d ms  %-10s %s\n", e.At.Sub(begin).Milliseconds(), e.Who, lines[0])
		for _, more := range lines[1:] {
			fmt.Fprintf(w, "  %10s  %-10s %s\n", "", "", more)
		}
	}
}

// Matches reports whether what any entry so far says matches.
func (t *Timeline) Matches(pattern *regexp.Regexp) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.entries, func(e Entry) bool { return pattern.MatchString(e.What) })
}

// Count is a number with its noun, whose plural takes an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
