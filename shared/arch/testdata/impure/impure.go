// Package impure does what the core must not: the check of purity has to find it out.
package impure

import "time"

// Late asks the real clock twice and begins a goroutine. Its Add and Duration are harmless.
func Late(at time.Time, wait time.Duration) bool {
	done := make(chan bool)
	go func() { done <- time.Now().After(at.Add(wait)) }()
	select {
	case late := <-done:
		return late
	case <-time.After(wait):
		return true
	}
}
