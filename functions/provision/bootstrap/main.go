// Command bootstrap is the function provision as Lambda runs it.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/slipway-dev/slipway/functions/provision"
	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/aws/instances"
	"github.com/slipway-dev/slipway/shared/aws/records"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/connect"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/snapshot"
)

func main() { connect.Main(run) }

func run(ctx context.Context) error {
	runtime, err := connect.Start(ctx, "provision", config.Bus, config.Ledger, config.Bucket, config.DeadLetters)
	if err != nil {
		return err
	}
	store := records.New(runtime.AWS, runtime.Config.Bucket)
	handler := provision.Handler{
		Clusters: &connect.Kept[*provision.Cluster]{Clusters: runtime.Clusters, Make: func(c *connect.Connection) *provision.Cluster {
			return &provision.Cluster{
				Info:   c.Info,
				Reader: snapshot.NewReader(c.Kubernetes, store, connect.Parallel, c.Info.Key),
				Applier: &act.Applier{
					Cluster: c.Info, Lane: model.LaneProvision,
					Kubernetes: c.Kubernetes, Fleets: instances.New(c.AWS), Ledger: runtime.Ledger,
					Parallel: connect.Parallel, Now: time.Now,
				},
			}
		}},
		Ledger:    runtime.Ledger,
		Records:   store,
		Bus:       runtime.Bus,
		Loop:      runtime.Loop(),
		Parallel:  connect.Parallel,
		Telemetry: runtime.Telemetry,
		Version:   runtime.Config.Version,
		Now:       time.Now,
		NewID:     connect.NewID,
	}
	lambda.Start(func(ctx context.Context, sqs batch.Event) (batch.Response, error) {
		defer runtime.Clusters.CloseIdle()
		return handler.Handle(ctx, sqs)
	})
	return nil
}
