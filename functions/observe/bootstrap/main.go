// Command bootstrap is the function observe as Lambda runs it.
package main

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/slipway-dev/slipway/functions/observe"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/connect"
)

func main() { connect.Main(run) }

func run(ctx context.Context) error {
	runtime, err := connect.Start(ctx, "observe", config.Bus, config.Ledger)
	if err != nil {
		return err
	}
	handler := observe.Handler{
		Registry: runtime.Ledger,
		Clusters: &connect.Kept[observe.Kubernetes]{Clusters: runtime.Clusters, Make: func(c *connect.Connection) observe.Kubernetes {
			return c.Kubernetes
		}},
		Leases:    runtime.Ledger,
		Bus:       runtime.Bus,
		Telemetry: runtime.Telemetry,
		Mode:      runtime.Config.ObserveMode,
		For:       runtime.Config.ObserveFor,
		Now:       time.Now,
		After:     time.After,
		NewID:     connect.NewID,
		Random:    rand.Float64,
		Parallel:  connect.Parallel,
	}
	lambda.Start(func(ctx context.Context, event json.RawMessage) error {
		defer runtime.Clusters.CloseIdle()
		return handler.Handle(ctx, event)
	})
	return nil
}
