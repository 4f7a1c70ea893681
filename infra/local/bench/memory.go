package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/infra/local/environment"
)

const (
	memoryGoal = 256 << 20
	// waiting are the pods that the first decision in the large cluster is for.
	waiting     = 100
	perDecision = 2 * time.Minute
)

// measureMemory fills the cluster and lets provision, as a new process, read all of it and decide once, and then once
// more from what it has kept.
func (b *bench) measureMemory(ctx context.Context, env *environment.Environment) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	fixtures, err := newFixtures(ctx, env, b.nodes, b.pods)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "\na cluster of %d nodes with %d pods (1 to 4 minutes)\n", b.nodes, b.pods)
	if err := fixtures.create(ctx, b.progress); err != nil {
		return err
	}
	l, err := newLaunches(ctx, env)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "two decisions in it (about half a minute)\n")
	binary := env.Functions["provision"].Config().Binary
	cold, err := l.decision(ctx, "cold", waiting, func() error { return renew(binary) })
	if err != nil {
		return err
	}
	most, err := peak(binary)
	if err != nil {
		return err
	}
	warm, err := l.decision(ctx, "warm", 1, func() error { return nil })
	if err != nil {
		return err
	}
	again, err := peak(binary)
	if err != nil {
		return err
	}
	t := newTable(fmt.Sprintf("provision with %d nodes and %d pods on them", b.nodes, b.pods), "", "peak memory", "goal", "peak/goal", "", "message -> CreateFleet")
	for _, row := range []struct {
		what string
		peak int64
		took time.Duration
	}{
		{fmt.Sprintf("new process, all read, %d pods wait", waiting), most, cold},
		{"the same process, changes read, 1 pod waits", again, warm},
	} {
		ratio, verdict := against(float64(row.peak), memoryGoal)
		t.row(row.what, mib(row.peak), mib(memoryGoal), ratio, verdict, ms(row.took))
	}
	t.note("VmHWM of the process, the pages that it has read of its own binary among it")
	t.print(b.out)
	return nil
}

func mib(bytes int64) string { return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20)) }

// decision is how long provision takes from its message to CreateFleet for pods that need nodes, after before. When a
// tick comes in between, it is taken again, with new pods.
func (l *launches) decision(ctx context.Context, name string, pods int, before func() error) (took time.Duration, err error) {
	for try := range 3 {
		took, err = l.decideOnce(ctx, fmt.Sprintf("%s-%d", name, try), pods, before)
		if !errors.Is(err, errShared) {
			break
		}
	}
	return took, err
}

// decideOnce creates the pods once all is quiet and waits for the CreateFleet that they lead to.
func (l *launches) decideOnce(ctx context.Context, name string, pods int, before func() error) (time.Duration, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, perDecision, fmt.Errorf("not within %v", perDecision))
	defer cancel()
	calls, err := l.settled(ctx)
	if err != nil {
		return 0, err
	}
	if err := before(); err != nil {
		return 0, err
	}
	for i := range pods {
		if err := createPod(ctx, l.env.Client, fmt.Sprintf("%s-%d", name, i)); err != nil {
			return 0, err
		}
	}
	first := name + "-0"
	var unschedulable time.Time
	err = l.seen.wait(ctx, "pod "+first+" unschedulable", func() bool {
		unschedulable = l.seen.unschedulable[first]
		return !unschedulable.IsZero()
	})
	if err != nil {
		return 0, err
	}
	for {
		later, err := l.settled(ctx)
		if err != nil {
			return 0, err
		}
		calls = append(calls, later...)
		p, err := l.caller.trace(unschedulable, calls)
		switch {
		case err == nil:
			return p.fleet.Sub(p.handed), nil
		case !errors.Is(err, errNoFleet):
			return 0, err
		}
	}
}
