// Command bench measures Slipway on this machine, as a whole and for real: the control plane, the AWS emulator and the
// functions' own binaries of infra/local/environment. It prints each number beside its goal and says which are missed.
//
//	bench [-rounds 50] [-starts 20] [-nodes 1000] [-pods 20000] [-only start,memory,launch]
//
// What is measured is told by its kind, each in a file of its own:
//
//	start    a function's start -> its answer to an event that needs no cluster
//	memory   the most that provision held in a large cluster
//	launch   a pod seen unschedulable -> CreateFleet received, and -> its Node
//
// Nothing here is a test: a slow machine gives slow numbers and still exit code 0. That is 1 when something could not
// be measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/slipway-dev/slipway/infra/local/binaries"
	"github.com/slipway-dev/slipway/infra/local/environment"
)

// bench is one run.
type bench struct {
	rounds, starts, nodes, pods int
	only                        string
	dir                         string    // of environments
	out                         io.Writer // the numbers
	progress                    io.Writer // for people who wait
}

// measurement of a kind, in an environment that it may fill as it likes.
type measurement struct {
	name string
	run  func(*bench, context.Context, *environment.Environment) error
}

// ground is an environment with what is measured in it, in order.
type ground struct {
	name         string
	options      environment.Options
	measurements []measurement
}

// grounds are two: machines look at EC2 several times a second, which only the launches need.
func grounds() []ground {
	return []ground{
		{"without machines", environment.Options{Bare: true}, []measurement{
			{"start", (*bench).measureStart},
			{"memory", (*bench).measureMemory},
		}},
		{"with machines", environment.Options{RunDelay: runDelay, BootDelay: bootDelay}, []measurement{
			{"launch", (*bench).measureLaunch},
		}},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{out: os.Stdout, progress: os.Stderr}
	flag.IntVar(&b.rounds, "rounds", 50, "pods that are launched for, one after another")
	flag.IntVar(&b.starts, "starts", 20, "starts of each function")
	flag.IntVar(&b.nodes, "nodes", 1000, "nodes of the large cluster")
	flag.IntVar(&b.pods, "pods", 20000, "pods on them")
	flag.StringVar(&b.only, "only", "", "what to measure, with commas: start, memory, launch (default all)")
	flag.Parse()
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context) error {
	if err := b.check(); err != nil {
		return err
	}
	root, err := binaries.Root()
	if err != nil {
		return err
	}
	b.dir = filepath.Join(root, ".run", "bench")
	fmt.Fprintf(b.out, "%s\n", machine())
	if b.only == "" {
		fmt.Fprintf(b.progress, "all numbers take about 6 minutes\n")
	}
	var failed error
	for _, g := range grounds() {
		failed = errors.Join(failed, b.on(ctx, g))
	}
	fmt.Fprintf(b.out, "\nload at the end: %s\n", load())
	return failed
}

// check refuses what can't be measured before anything is built for it.
func (b *bench) check() error {
	for _, n := range []int{b.rounds, b.starts, b.nodes, b.pods} {
		if n < 1 {
			return fmt.Errorf("nothing can be measured %d times", n)
		}
	}
	var known []string
	for _, g := range grounds() {
		for _, m := range g.measurements {
			known = append(known, m.name)
		}
	}
	for _, name := range b.wanted() {
		if !slices.Contains(known, name) {
			return fmt.Errorf("-only %s: there are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

func (b *bench) wanted() []string {
	return strings.FieldsFunc(b.only, func(r rune) bool { return r == ',' })
}

// on brings the ground up and measures what is wanted there. What fails does not keep the rest from being measured.
func (b *bench) on(ctx context.Context, g ground) (failed error) {
	wanted := slices.DeleteFunc(g.measurements, func(m measurement) bool {
		return b.only != "" && !slices.Contains(b.wanted(), m.name)
	})
	if len(wanted) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	fmt.Fprintf(b.progress, "\nan environment %s (about 20 s, the very first time 10 minutes)\n", g.name)
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	g.options.Dir, g.options.Progress = b.dir, b.progress
	env, err := environment.Up(ctx, g.options)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, env.Down()) }()
	for _, m := range wanted {
		began := time.Now()
		if err := m.run(b, ctx, env); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", m.name, err))
		}
		fmt.Fprintf(b.progress, "%s: %.0f s, load %s\n", m.name, time.Since(began).Seconds(), load())
	}
	return failed
}
