// Package lambda runs the real bootstrap binaries the way AWS Lambda does: an execution environment is a process that
// asks the Runtime API for its next invocation, is frozen (SIGSTOP) whenever it has none, is used by one invocation at
// a time, and is killed when one runs past the function's timeout.
//
//	f := lambda.New(lambda.Config{Name: "slipway-register", Binary: path, Timeout: 30 * time.Second, ...})
//	defer f.Close()
//	answer, err := f.Invoke(ctx, payload)
//
// Source of the protocol: AWS Lambda developer guide, "Using the Lambda runtime API".
package lambda

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Config of a function.
type Config struct {
	Name        string
	Binary      string
	Environment map[string]string
	Timeout     time.Duration
	// Concurrency is how many environments there may be at once.
	Concurrency int
	Output      io.Writer // of all its processes
}

// FunctionError is what a function answered when it failed, or how it died.
type FunctionError struct {
	Type    string
	Message string
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Function is a deployed function with its environments.
type Function struct {
	config Config
	slots  chan struct{} // one for each environment that may run

	mu     sync.Mutex
	idle   []*environment // warm and frozen
	closed bool
}

// New returns a function without environments. The first invocation makes one.
func New(c Config) *Function {
	if c.Concurrency < 1 {
		c.Concurrency = 1
	}
	return &Function{config: c, slots: make(chan struct{}, c.Concurrency)}
}

// Config is what the function was made with.
func (f *Function) Config() Config { return f.config }

// Invoke runs the function on the payload in a warm environment, or a new one, waiting while all that may be are
// busy. Errors of the function are *FunctionError.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	env, err := f.take(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := env.invoke(ctx, payload, f.config.Timeout)
	var failed *FunctionError
	if err != nil && !errors.As(err, &failed) || env.dead() {
		return answer, err
	}
	f.put(env)
	return answer, err
}

// Warm makes an environment without an invocation, as Lambda does for provisioned concurrency. It fails if the function
// refuses to start.
func (f *Function) Warm(ctx context.Context) error {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	env, err := start(ctx, f.config)
	if err != nil {
		return err
	}
	f.put(env)
	return nil
}

func (f *Function) take(ctx context.Context) (*environment, error) {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return nil, fmt.Errorf("function %s is closed", f.config.Name)
	}
	for len(f.idle) > 0 {
		env := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if !env.dead() {
			f.mu.Unlock()
			return env, nil
		}
	}
	f.mu.Unlock()
	return start(ctx, f.config)
}

func (f *Function) put(env *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		env.kill()
		return
	}
	f.idle = append(f.idle, env)
}

// Close ends all idle environments; a busy one ends with its invocation.
func (f *Function) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for _, env := range f.idle {
		env.kill()
	}
	f.idle = nil
}
