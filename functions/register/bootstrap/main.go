// Command bootstrap is the function register as Lambda runs it.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/slipway-dev/slipway/functions/register"
	"github.com/slipway-dev/slipway/shared/aws/instances"
	"github.com/slipway-dev/slipway/shared/aws/queues"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/connect"
)

func main() { connect.Main(run) }

func run(ctx context.Context) error {
	runtime, err := connect.Start(ctx, "register", config.Bus, config.Ledger, config.QueueURL, config.DeadLetters)
	if err != nil {
		return err
	}
	handler := register.Handler{
		Clusters: &connect.Kept[*register.Cluster]{Clusters: runtime.Clusters, Make: func(c *connect.Connection) *register.Cluster {
			return &register.Cluster{Info: c.Info, Kubernetes: c.Kubernetes, Instances: instances.New(c.AWS)}
		}},
		Ledger:    runtime.Ledger,
		Queue:     queues.Own{Queues: queues.New(runtime.AWS), URL: runtime.Config.QueueURL},
		Bus:       runtime.Bus,
		Loop:      runtime.Loop(),
		Telemetry: runtime.Telemetry,
		Now:       time.Now,
		NewID:     connect.NewID,
	}
	lambda.Start(func(ctx context.Context, sqs batch.Event) (batch.Response, error) {
		defer runtime.Clusters.CloseIdle()
		return handler.Handle(ctx, sqs)
	})
	return nil
}
