// Package scenario runs scripts against a whole environment: demos that people watch and tests that CI runs are the
// same files. A script is a testscript (rogpeppe/go-internal) with these commands besides its own. WITHIN is how long
// to wait, as Go writes durations; 90s if left out.
//
// The cluster, as its administrator:
//
//	kubectl ARGS...                        the real kubectl; stdout can be matched
//	show ARGS...                           kubectl, for people to see
//	eventually PATTERN WITHIN ARGS...      run kubectl until its output matches; ! until it does not
//	running N SELECTOR [WITHIN]            wait until N pods with the labels are Running and Ready, and no others exist
//	nodes MIN MAX [WITHIN]                 wait until there are that many nodes
//	unreachable                            from now on the API server does not answer
//	reachable                              it answers again
//
// AWS:
//
//	stock TYPE ZONE CAPACITY N             EC2 has only N more of the offering; * is any
//	restock                                everything is in stock again
//	quota CAPACITY VCPUS                   the account may run that many vCPUs (of standard types)
//	quota                                  as many as it likes
//	addresses ZONE N                       the zone's subnet has N free addresses; no arguments: all have plenty
//	fault SERVICE ACTION KIND              the next call is "lost" (done, not answered), "answer500" or refused ("error")
//	instances N|+N [WITHIN]                wait until there are N living instances, or N more than the last time
//
// The pipeline:
//
//	publish DETAIL-TYPE [JSON]             put an event of ours on the bus; JSON are its fields besides the header
//	put FILE                               put the file's list of entries on the bus as they are
//	send QUEUE FILE...                     put the files into a queue of the pipeline as one batch
//	message QUEUE PATTERN [WITHIN]         wait until the queue holds a message whose reason and body match; ! it holds none now
//	empty QUEUE [WITHIN]                   wait until the queue holds nothing
//	metric FUNCTION NAME MIN [WITHIN]      wait until the function has counted that much
//	logged FUNCTION PATTERN [WITHIN]       wait until a line of the function's log matches; ! none does now
//
// What people see, and the end:
//
//	say WORDS...                           a heading
//	timeline                               what happened since the last one
//	happened PATTERN [WITHIN]              wait until an entry of the timeline matches; ! none did so far
//	fleet                                  a table of the nodes with their prices
//	consistent [WITHIN]                    wait until every pod runs, every claim has its instance, every instance its
//	                                       claim, and no launch is open
//
// Files that put and send read may name $CLUSTER (its key), $NAME and $NOW.
//
// A file environment.json in the archive says what environment the script wants, see wish.
package scenario

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/infra/local/timeline"
)

// Options of a run.
type Options struct {
	Dir    string // of the environment
	Output io.Writer
	// BootDelay of machines; 0 is the stand-in's default.
	BootDelay time.Duration
}

// Run brings an environment up for the script, runs it and takes the environment down. t fails as a test does.
func Run(ctx context.Context, t testscript.T, file string, o Options) {
	r := &run{ctx: ctx, out: o.Output, times: timeline.New()}
	testscript.RunT(t, testscript.Params{
		Files: []string{file},
		Cmds:  r.commands(),
		Setup: func(env *testscript.Env) error {
			if err := r.up(o, env.WorkDir); err != nil {
				return err
			}
			env.Defer(r.down)
			env.Setenv("KUBECONFIG", r.env.Kubernetes.Kubeconfig)
			env.Setenv("AWS_ENDPOINT_URL", r.env.AWS.URL)
			return nil
		},
	})
}

// run is one script's run.
type run struct {
	ctx   context.Context
	out   io.Writer
	env   *environment.Environment
	times *timeline.Timeline
	stop  context.CancelFunc
	ended chan struct{}

	counted int // instances, by the last command of that name
}

// up brings up what the script, by a file in its folder, asks for.
func (r *run) up(o Options, script string) error {
	wanted := environment.Options{Dir: o.Dir, Progress: o.Output, BootDelay: o.BootDelay}
	if err := readWish(filepath.Join(script, "environment.json"), &wanted); err != nil {
		return err
	}
	// A run starts from nothing, whatever an earlier one left.
	if err := os.RemoveAll(o.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.Dir), 0o755); err != nil {
		return err
	}
	var err error
	r.env, err = environment.Up(r.ctx, wanted)
	if err != nil {
		return err
	}
	tap, err := timeline.NewTap(r.ctx, r.env.Pipeline.Bus(), r.env.Clients.Queues, r.env.Clients.Events)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(r.ctx)
	r.stop, r.ended = stop, make(chan struct{}, 2)
	go func() { tap.Run(ctx, r.times); r.ended <- struct{}{} }()
	go func() { timeline.Pods(ctx, r.env.Client, r.times); r.ended <- struct{}{} }()
	return nil
}

func (r *run) down() {
	// A control plane that was stopped can't hear that it shall end.
	if err := r.answer(true); err != nil {
		fmt.Fprintln(r.out, "going down:", err)
	}
	if r.stop != nil {
		r.stop()
		<-r.ended
		<-r.ended
	}
	if err := r.env.Down(); err != nil {
		fmt.Fprintln(r.out, "going down:", err)
	}
}
