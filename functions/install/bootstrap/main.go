// Command bootstrap is the function install as Lambda runs it.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/slipway-dev/slipway/functions/install"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/connect"
	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
)

func main() { connect.Main(run) }

func run(ctx context.Context) error {
	runtime, err := connect.Start(ctx, "install", config.Bus, config.Ledger)
	if err != nil {
		return err
	}
	handler := install.Handler{
		Clusters:  dialer{runtime.Clusters},
		Ledger:    runtime.Ledger,
		Bus:       runtime.Bus,
		Telemetry: runtime.Telemetry,
		Now:       time.Now,
		NewID:     connect.NewID,
		Pause:     pause,
	}
	lambda.Start(cfn.LambdaWrap(handler.Handle))
	return nil
}

// dialer connects to clusters that nobody has registered yet.
type dialer struct{ clusters *connect.Clusters }

func (d dialer) Dial(ctx context.Context, info model.Cluster) (install.Kubernetes, error) {
	c, err := d.clusters.Dial(ctx, info)
	if err != nil {
		return nil, err
	}
	return crd.New(crd.Options{Endpoint: c.Endpoint, Token: c.Token}), nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
