package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/local/environment"
)

const (
	ownGoal = 100 * time.Millisecond
	allGoal = 250 * time.Millisecond

	// What stands in for EC2 and the machines is quick, so that rounds are short. It is taken off the result.
	runDelay  = 100 * time.Millisecond
	bootDelay = 100 * time.Millisecond

	warmUp   = 3                      // rounds that don't count
	perRound = 30 * time.Second       // before it is given up
	calm     = 400 * time.Millisecond // without a call of any function before the next round begins
)

// launched is a round's result.
type launched struct {
	path
	node time.Duration // from unschedulable to the Node object, without the delays of the stand-ins
}

// launches is the measurement of pods that are launched for one after another, each with a node of its own.
type launches struct {
	env    *environment.Environment
	seen   *sightings
	caller caller
	last   int64 // number of the last call that was read
	shared []time.Duration
}

func newLaunches(ctx context.Context, env *environment.Environment) (*launches, error) {
	seen, err := look(ctx, env.Client)
	if err != nil {
		return nil, err
	}
	name := env.Pipeline.Name("provision")
	return &launches{env: env, seen: seen, caller: caller{provision: name, queue: "/" + name + ".fifo"}}, nil
}

func (b *bench) measureLaunch(ctx context.Context, env *environment.Environment) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	l, err := newLaunches(ctx, env)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "\n%d rounds of a pod and its node, and %d to warm up (about %d minutes)\n", b.rounds, warmUp, 1+(b.rounds+warmUp)/20)
	var results []launched
	for i := 0; len(results) < b.rounds+warmUp; i++ {
		result, err := l.round(ctx, fmt.Sprintf("bench-%d", i))
		if errors.Is(err, errShared) && len(l.shared) <= b.rounds {
			continue
		}
		if err != nil {
			return fmt.Errorf("round %d: %w", i+1, err)
		}
		results = append(results, result)
		if len(results)%10 == 0 {
			fmt.Fprintf(b.progress, "%d of %d rounds, the last %s\n", len(results), b.rounds+warmUp, ms(result.all()))
		}
	}
	for _, t := range tables(results[warmUp:], l.shared) {
		t.print(b.out)
	}
	return nil
}

// round creates a pod, waits until it runs and nothing happens any more, and reads from the emulator's log how it
// came to its node.
func (l *launches) round(ctx context.Context, pod string) (launched, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, perRound, fmt.Errorf("not within %v", perRound))
	defer cancel()
	calls, err := l.settled(ctx)
	if err != nil {
		return launched{}, err
	}
	if err := createPod(ctx, l.env.Client, pod); err != nil {
		return launched{}, err
	}
	var unschedulable, joined time.Time
	err = l.seen.wait(ctx, "pod "+pod+" running", func() bool {
		unschedulable, joined = l.seen.unschedulable[pod], l.seen.joined[l.seen.running[pod]]
		return !joined.IsZero()
	})
	if err != nil {
		return launched{}, err
	}
	later, err := l.settled(ctx)
	if err != nil {
		return launched{}, err
	}
	path, err := l.caller.trace(unschedulable, append(calls, later...))
	if errors.Is(err, errShared) {
		l.shared = append(l.shared, path.all())
	}
	return launched{path, joined.Sub(unschedulable) - runDelay - bootDelay}, err
}

// settled returns the calls since the last time, when no function has made one for a while.
func (l *launches) settled(ctx context.Context) ([]emulator.Call, error) {
	var all []emulator.Call
	for quietSince := time.Now(); time.Since(quietSince) < calm; {
		calls, err := l.env.AWS.Calls(ctx, l.last)
		if err != nil {
			return nil, err
		}
		for _, c := range calls {
			l.last = max(l.last, c.Number)
			if end := c.Received().Add(c.Took()); c.Caller != "" && end.After(quietSince) {
				quietSince = end
			}
		}
		all = append(all, calls...)
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the functions did not come to rest: %w", context.Cause(ctx))
		case <-time.After(calm / 4):
		}
	}
	return all, nil
}
