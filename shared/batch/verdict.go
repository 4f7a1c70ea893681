package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// Permanent marks err as one that delivering again cannot cure. Nil stays nil.
func Permanent(err error) error { return mark(err, Kept) }

// Skip is the answer for a record that needs no handling, with the reason why.
func Skip(why string) error { return mark(errors.New(why), Skipped) }

// Fatal marks err as one that fails the whole batch: nothing of it could succeed. Nil stays nil.
func Fatal(err error) error { return mark(err, Failed) }

// verdict is an error whose outcome was said outright.
type verdict struct {
	error
	outcome string
}

func mark(err error, outcome string) error {
	if err == nil {
		return nil
	}
	return &verdict{err, outcome}
}

func (v *verdict) Unwrap() error { return v.error }

// judge turns a handler's error into an outcome: a verdict of ours first, then what the error
// says about itself.
func judge(err error) string {
	if err == nil {
		return Done
	}
	var ours *verdict
	var permanent interface{ Permanent() bool }
	var ignorable interface{ Ignorable() bool }
	switch {
	case errors.As(err, &ours):
		return ours.outcome
	case errors.As(err, &permanent) && permanent.Permanent():
		return Kept
	case errors.As(err, &ignorable) && ignorable.Ignorable():
		return Skipped
	}
	return Retried
}

// guarded makes a panic of handle an error that comes again: it may well be the data's fault, but
// then the queue's receive limit ends it, with the body kept by the queue.
func guarded(handle func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handle()
}

// errLate is what an Observer gets for a record that was not begun.
var errLate = fmt.Errorf("too little time is left to begin: %w", context.DeadlineExceeded)

// errBehind is what an Observer gets for a record that stands behind a retried one.
var errBehind = errors.New("an earlier record of the group comes again")
