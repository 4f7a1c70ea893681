package connect

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Every task runs, whatever became of the others, and every error is told.
func TestParallel(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	var ran atomic.Int32
	err := Parallel(t.Context(),
		func(context.Context) error { ran.Add(1); return first },
		func(context.Context) error { ran.Add(1); return nil },
		func(context.Context) error { ran.Add(1); return second },
	)
	if ran.Load() != 3 || !errors.Is(err, first) || !errors.Is(err, second) {
		t.Errorf("%d ran, error %v", ran.Load(), err)
	}
	if err := Parallel(t.Context()); err != nil {
		t.Errorf("no tasks: error %v", err)
	}
}

// The tasks really run side by side: each waits for all others to have begun.
func TestParallelSideBySide(t *testing.T) {
	var begun sync.WaitGroup
	begun.Add(most)
	tasks := make([]func(context.Context) error, most)
	for i := range tasks {
		tasks[i] = func(context.Context) error {
			begun.Done()
			begun.Wait()
			return nil
		}
	}
	if err := Parallel(t.Context(), tasks...); err != nil {
		t.Error(err)
	}
}

// But not more than so many at once.
func TestParallelAtMost(t *testing.T) {
	var now, peak atomic.Int32
	tasks := make([]func(context.Context) error, 10*most)
	for i := range tasks {
		tasks[i] = func(context.Context) error {
			n := now.Add(1)
			for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
			}
			now.Add(-1)
			return nil
		}
	}
	if err := Parallel(t.Context(), tasks...); err != nil || peak.Load() > most {
		t.Errorf("%d at once, error %v", peak.Load(), err)
	}
}

// A panic is the error of its task: alone, and beside others.
func TestParallelPanic(t *testing.T) {
	bad := func(context.Context) error { panic("index out of range") }
	good := func(context.Context) error { return nil }
	for _, tasks := range [][]func(context.Context) error{{bad}, {good, bad, good}} {
		if err := Parallel(t.Context(), tasks...); err == nil || !strings.Contains(err.Error(), "index out of range") {
			t.Errorf("%d tasks: error %v", len(tasks), err)
		}
	}
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if len(id) < 20 || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}
