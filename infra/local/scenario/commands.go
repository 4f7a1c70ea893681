package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// within is how long a script waits if it does not say.
const within = 90 * time.Second

type command = func(ts *testscript.TestScript, neg bool, args []string)

func (r *run) commands() map[string]command {
	return map[string]command{
		"kubectl":     r.kubectl,
		"show":        r.show,
		"eventually":  r.eventually,
		"running":     r.running,
		"nodes":       r.nodes,
		"unreachable": r.unreachable,
		"reachable":   r.reachable,

		"stock":     r.stock,
		"restock":   r.restock,
		"quota":     r.quota,
		"addresses": r.addresses,
		"fault":     r.fault,
		"instances": r.instances,

		"publish": r.publish,
		"put":     r.put,
		"send":    r.send,
		"message": r.message,
		"empty":   r.empty,
		"metric":  r.metric,
		"logged":  r.logged,

		"say":        r.say,
		"timeline":   r.timeline,
		"happened":   r.happened,
		"fleet":      r.fleet,
		"consistent": r.consistent,
	}
}

// wait asks done until it says yes, and fails with its last words when the limit is over.
func (r *run) wait(ts *testscript.TestScript, limit time.Duration, done func() (bool, string)) {
	deadline := time.Now().Add(limit)
	for {
		ok, state := done()
		if ok {
			return
		}
		if time.Now().After(deadline) || r.ctx.Err() != nil {
			r.times.Print(r.out)
			ts.Fatalf("not within %v: %s", limit, state)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// never fails at once if it is so already.
func never(ts *testscript.TestScript, found bool, format string, args ...any) {
	if found {
		ts.Fatalf("%s", fmt.Sprintf(format, args...))
	}
}

// expect checks how many arguments there are.
func expect(ts *testscript.TestScript, args []string, low, high int, usage string) {
	if len(args) < low || len(args) > high {
		ts.Fatalf("usage: %s", usage)
	}
}

// limit is the i-th argument as a duration, within if there is none.
func limit(ts *testscript.TestScript, args []string, i int) time.Duration {
	if len(args) <= i {
		return within
	}
	d, err := time.ParseDuration(args[i])
	ts.Check(err)
	return d
}

func number(ts *testscript.TestScript, arg string) int {
	n, err := strconv.Atoi(arg)
	ts.Check(err)
	return n
}

// pattern is the argument as an expression whose ^ and $ are those of lines.
func pattern(ts *testscript.TestScript, arg string) *regexp.Regexp {
	p, err := regexp.Compile("(?m)" + arg)
	ts.Check(err)
	return p
}
