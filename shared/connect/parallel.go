package connect

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
)

// most is how many tasks run at once: enough to hide a network's latency, few enough for a small function.
const most = 32

// Parallel runs the tasks side by side, waits for all of them and joins their errors.
func Parallel(ctx context.Context, tasks ...func(context.Context) error) error {
	failed := make([]error, len(tasks))
	sideBySide(len(tasks), func(i int) { failed[i] = tasks[i](ctx) })
	return errors.Join(failed...)
}

func sideBySide(n int, do func(int)) {
	if n == 1 {
		do(0)
		return
	}
	var running sync.WaitGroup
	free := make(chan struct{}, most)
	for i := range n {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			do(i)
		})
	}
	running.Wait()
}

// NewID is a new event's id.
func NewID() string { return rand.Text() }
