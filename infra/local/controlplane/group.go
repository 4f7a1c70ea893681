package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/klog/v2"
)

// stopPatience bounds the wait for one component to end. They end in a second or
// two; one that doesn't is abandoned to the end of the process.
const stopPatience = 5 * time.Second

// group runs components of which none may end before it is told to: the first
// that does ends ctx, with its name and error as the cause.
type group struct {
	ctx  context.Context
	fail context.CancelCauseFunc
}

func newGroup(stop context.Context) *group {
	ctx, fail := context.WithCancelCause(stop)
	return &group{ctx: ctx, fail: fail}
}

// member is one running component.
type member struct {
	name   string
	cancel context.CancelFunc
	done   chan struct{}
}

// start runs a component. Its context is not the group's: whoever started it
// says when it stops, so that the order of stopping is the caller's.
func (g *group) start(name string, run func(context.Context) error) *member {
	ctx, cancel := context.WithCancel(context.WithoutCancel(g.ctx))
	m := &member{name: name, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(m.done)
		err := run(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New("ended by itself")
		}
		g.fail(fmt.Errorf("%s: %w", name, err))
	}()
	return m
}

// watch fails the group with the first error that a component reports; the
// channel's end is no failure.
func (g *group) watch(name string, errs <-chan error) {
	go func() {
		if err := <-errs; err != nil {
			g.fail(fmt.Errorf("%s: %w", name, err))
		}
	}()
}

// stop ends the component and waits for it.
func (m *member) stop() {
	m.cancel()
	patience := time.NewTimer(stopPatience)
	defer patience.Stop()
	select {
	case <-m.done:
	case <-patience.C:
		klog.InfoS("Abandoned a component that does not stop", "component", m.name)
	}
}

// cause is why the group ended; otherwise err.
func (g *group) cause(err error) error {
	if cause := context.Cause(g.ctx); cause != nil {
		return cause
	}
	return err
}
