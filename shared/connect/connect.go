// Package connect is what the bootstraps share: the configuration read, the clients built once, and connections to
// clusters, made when an event first names one and kept from invocation to invocation. It chooses adapters, so only
// bootstraps import it.
//
//	runtime, err := connect.Start(ctx, "provision", config.Bus, config.Ledger)
//	c, err := runtime.Clusters.Connect(ctx, key)   // of one cluster: its API, and AWS under its role
package connect

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"github.com/slipway-dev/slipway/shared/aws/bus"
	"github.com/slipway-dev/slipway/shared/aws/queues"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// Runtime is what every function has.
type Runtime struct {
	Config    config.Config
	AWS       aws.Config // under the function's own role
	Ledger    *ledger.Ledger
	Bus       Bus
	Telemetry *telemetry.Telemetry
	Clusters  *Clusters
}

// Start reads the configuration and builds what every function has. It calls nobody. The function's name is that of
// its folder: each cluster has a role for it under that name. The error names every variable that is missing.
func Start(ctx context.Context, function string, needs ...config.Variable) (*Runtime, error) {
	cfg, err := config.Load(os.Getenv, needs...)
	if err != nil {
		return nil, err
	}
	session, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(cfg.Region))
	if err != nil {
		return nil, fmt.Errorf("AWS configuration: %w", err)
	}
	r := &Runtime{
		Config: cfg,
		AWS:    session,
		Ledger: ledger.New(session, cfg.Ledger, time.Now),
		Bus:    Bus{bus.New(session, cfg.Bus)},
		Telemetry: telemetry.New(os.Stdout, telemetry.Settings{
			Function: cfg.Function, Version: cfg.Version, Level: cfg.LogLevel, Now: time.Now,
		}),
	}
	r.Clusters = newClusters(session, r.Ledger, function)
	return r, nil
}

// Main ends the process with the error on standard error, so that Lambda reports it as the reason of a failed start.
func Main(run func(context.Context) error) {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Loop is the record loop of a function that reads from a queue.
func (r *Runtime) Loop() batch.Loop {
	return batch.Loop{
		DeadLetters: queues.NewDeadLetters(r.AWS, r.Config.DeadLetters),
		Observer:    r.Telemetry,
		Now:         time.Now,
		Margin:      3 * time.Second,
		Run:         sideBySide,
	}
}
