package environment

import (
	"context"
	"maps"
	"path/filepath"

	"github.com/slipway-dev/slipway/infra/local/binaries"
	"github.com/slipway-dev/slipway/infra/local/lambda"
	"github.com/slipway-dev/slipway/infra/pipeline"
	"github.com/slipway-dev/slipway/shared/config"
)

// environments is how many processes a function may have here, if its mapping doesn't say.
const environments = 4

func (e *Environment) startFunctions(ctx context.Context) error {
	root, err := binaries.Root()
	if err != nil {
		return err
	}
	var names []string
	for _, f := range e.Pipeline.Functions {
		names = append(names, f.Name)
	}
	built, err := binaries.Build(ctx, root, filepath.Join(root, ".run", "functions"), names, e.Options.Progress)
	if err != nil {
		return err
	}
	for _, f := range e.Pipeline.Functions {
		if err := e.startFunction(f, built[f.Name]); err != nil {
			return err
		}
	}
	return nil
}

func (e *Environment) startFunction(f pipeline.Function, binary string) error {
	log, err := e.logFile(f.Name)
	if err != nil {
		return err
	}
	env := e.functionEnvironment(f.Name)
	maps.Copy(env, f.Environment(func(v config.Variable) string { return e.value(f, v) }))
	maps.Copy(env, e.Options.Functions)
	if e.Options.Verbose {
		env[string(config.LogLevel)] = "debug"
	}
	concurrency := environments
	if f.Source != nil && f.Source.Concurrency > 0 {
		concurrency = f.Source.Concurrency
	}
	e.Functions[f.Name] = lambda.New(lambda.Config{
		Name: e.Pipeline.Name(f.Name), Binary: binary, Environment: env, Timeout: f.Timeout, Concurrency: concurrency, Output: log,
	})
	return nil
}

// value is what the deployment knows of a variable for a function. Empty leaves the variable's default.
func (e *Environment) value(f pipeline.Function, v config.Variable) string {
	switch v {
	case config.Bus:
		return e.Pipeline.Bus()
	case config.Ledger:
		return e.Pipeline.Ledger()
	case config.Bucket:
		return e.Deployed.Bucket
	case config.QueueURL:
		return e.Deployed.QueueURL[f.Source.Queue]
	case config.DeadLetters:
		return e.Deployed.QueueURL[f.Source.Queue+"-dead"]
	}
	return ""
}
