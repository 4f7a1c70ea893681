// Package environment is the whole product on one machine: a real control plane, the AWS emulator, a stand-in for the
// machines, and the pipeline of infra/pipeline with the real bootstrap binaries in it.
//
//	env, err := environment.Up(ctx, environment.Options{Dir: dir, Progress: os.Stderr})
//	defer env.Down()
//
// Everything listens on 127.0.0.1, lives below Dir, and ends with this process, however that ends.
package environment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/client-go/kubernetes"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/local/cluster"
	"github.com/slipway-dev/slipway/infra/local/deploy"
	"github.com/slipway-dev/slipway/infra/local/lambda"
	"github.com/slipway-dev/slipway/infra/local/progress"
	"github.com/slipway-dev/slipway/infra/pipeline"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	// ClusterName is the one cluster's name, and NodeRole the role that its node classes name.
	ClusterName = "demo"
	NodeRole    = "KarpenterNodeRole-" + ClusterName
	// Version of Kubernetes, as EKS writes it.
	Version = "1.37"
)

// Options of an environment.
type Options struct {
	Dir       string        // made if it does not exist
	Progress  io.Writer     // for people
	BootDelay time.Duration // from running instance to Node; 0 is the boot stand-in's default
	// DeviceDelay is from Ready to extended resources; 0 is the boot stand-in's default.
	DeviceDelay time.Duration
	RunDelay    time.Duration // from CreateFleet to running; 0 is the emulator's default
	// Minute is how long a minute of the schedules takes; 0 is a minute. Visibility timeouts are as they are.
	Minute time.Duration
	// Bare leaves the machines out: instances run and never become Nodes, and Nodes without an instance stay.
	Bare bool
	// Settings of the cluster; zero ones are the product's defaults. A scenario has no three minutes to wait.
	Settings model.Settings
	// Functions are variables that all functions get besides their own.
	Functions map[string]string
	// Verbose functions log at level debug.
	Verbose bool
}

// Environment is a running one.
type Environment struct {
	Options    Options
	AWS        *emulator.Emulator
	Config     aws.Config // of somebody who may do everything in the emulator
	Kubernetes *cluster.Cluster
	Client     kubernetes.Interface // an administrator's
	Cluster    model.Cluster
	Pipeline   pipeline.Pipeline
	Deployed   *deploy.Deployed
	Clients    deploy.Clients
	Functions  map[string]*lambda.Function

	log     *slog.Logger
	logs    []io.Closer
	stop    context.CancelFunc // of everything that polls
	polling sync.WaitGroup
	ends    []func() // in reverse order
}

// Up brings an environment up. What is built once is built first, and says so.
func Up(ctx context.Context, o Options) (*Environment, error) {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	e := &Environment{Options: o, Pipeline: pipeline.New("slipway"), Functions: map[string]*lambda.Function{}}
	if err := e.openLog(); err != nil {
		return nil, err
	}
	polling, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.stop = stop
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"AWS emulator", e.startAWS},
		{"control plane", e.startKubernetes},
		{"account and pipeline", e.deploy},
		{"functions", e.startFunctions},
		{"install", e.install},
		{"machines", func(context.Context) error { return e.startMachines(polling) }},
		{"pollers and schedules", func(ctx context.Context) error { return e.startPolling(ctx, polling) }},
		{"first catalog", e.catalog},
	}
	for _, step := range steps {
		done := progress.Begin(o.Progress, step.name)
		if err := step.do(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", step.name, err), e.Down())
		}
		done()
	}
	return e, nil
}

// Down ends everything in order: pollers first, so that no message is lost on the way.
func (e *Environment) Down() error {
	e.stop()
	e.polling.Wait()
	for _, f := range e.Functions {
		f.Close()
	}
	var failed error
	for i := len(e.ends) - 1; i >= 0; i-- {
		e.ends[i]()
	}
	if e.Kubernetes != nil {
		failed = errors.Join(failed, e.Kubernetes.Stop())
	}
	if e.AWS != nil {
		failed = errors.Join(failed, e.AWS.Stop())
	}
	for _, l := range e.logs {
		failed = errors.Join(failed, l.Close())
	}
	return failed
}

// run runs do beside everything else until the environment goes down.
func (e *Environment) run(do func()) { e.polling.Go(do) }

func (e *Environment) openLog() error {
	file, err := e.logFile("local")
	if err != nil {
		return err
	}
	e.log = slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return nil
}

// LogFile is where a function's output goes. "local" is this process's own log, "aws" the emulator's.
func (e *Environment) LogFile(name string) string {
	return filepath.Join(e.Options.Dir, "logs", name+".log")
}

// logFile opens LogFile anew.
func (e *Environment) logFile(name string) (*os.File, error) {
	path := e.LogFile(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	e.logs = append(e.logs, file)
	return file, nil
}
