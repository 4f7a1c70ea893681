package connect

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// most is how many tasks run at once: enough to hide a network's latency, few enough for a small function.
const most = 32

// Parallel runs the tasks side by side, waits for all of them and joins their errors. A panic is an error of its task:
// in a goroutine of its own it would end the process, and with it what other clusters are having done.
func Parallel(ctx context.Context, tasks ...func(context.Context) error) error {
	failed := make([]error, len(tasks))
	sideBySide(len(tasks), func(i int) { failed[i] = guarded(ctx, tasks[i]) })
	return errors.Join(failed...)
}

func guarded(ctx context.Context, task func(context.Context) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return task(ctx)
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
