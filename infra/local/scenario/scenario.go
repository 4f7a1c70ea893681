// Package scenario runs scripts against a whole environment: demos that people watch and tests that CI runs are the
// same files. A script is a testscript (rogpeppe/go-internal) with these commands besides its own:
//
//	kubectl ARGS...                     the real kubectl, as administrator; stdout can be matched
//	running N SELECTOR [WITHIN]         wait until N pods with the labels are Running and Ready, and no others
//	nodes MIN MAX [WITHIN]              wait until there are that many nodes
//	eventually PATTERN WITHIN ARGS...   run kubectl until its output matches
//	stock TYPE ZONE CAPACITY N          from now on EC2 has only N more of the offering; * is any
//	restock                             everything is in stock again
//	publish DETAIL-TYPE [JSON]          put an event of ours on the bus; JSON are its fields besides the header
//	say WORDS...                        a heading
//	timeline                            what happened since the last one
//	fleet                               a table of the nodes with their prices
//	refused                             fail unless EC2 refused an offering since the start
//	consistent                          fail unless every pod runs, every claim has its instance and every instance its claim
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
			if err := r.up(o); err != nil {
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
}

func (r *run) up(o Options) error {
	// A run starts from nothing, whatever an earlier one left.
	if err := os.RemoveAll(o.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.Dir), 0o755); err != nil {
		return err
	}
	var err error
	r.env, err = environment.Up(r.ctx, environment.Options{Dir: o.Dir, Progress: o.Output, BootDelay: o.BootDelay})
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
	if r.stop != nil {
		r.stop()
		<-r.ended
		<-r.ended
	}
	if err := r.env.Down(); err != nil {
		fmt.Fprintln(r.out, "going down:", err)
	}
}
