// Command bootstrap is the function catalog as Lambda runs it.
package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/slipway-dev/slipway/functions/catalog"
	"github.com/slipway-dev/slipway/shared/aws/images"
	"github.com/slipway-dev/slipway/shared/aws/network"
	"github.com/slipway-dev/slipway/shared/aws/offerings"
	"github.com/slipway-dev/slipway/shared/aws/prices"
	"github.com/slipway-dev/slipway/shared/aws/profiles"
	"github.com/slipway-dev/slipway/shared/aws/records"
	"github.com/slipway-dev/slipway/shared/aws/templates"
	"github.com/slipway-dev/slipway/shared/config"
	"github.com/slipway-dev/slipway/shared/connect"
	"github.com/slipway-dev/slipway/shared/crd"
)

func main() { connect.Main(run) }

func run(ctx context.Context) error {
	runtime, err := connect.Start(ctx, "catalog", config.Bus, config.Ledger, config.Bucket)
	if err != nil {
		return err
	}
	handler := catalog.Handler{
		Clusters:  &connect.Kept[*catalog.Cluster]{Clusters: runtime.Clusters, Make: cluster},
		Catalogs:  records.New(runtime.AWS, runtime.Config.Bucket),
		Bus:       runtime.Bus,
		Parallel:  connect.Parallel,
		Telemetry: runtime.Telemetry,
		Now:       time.Now,
		NewID:     connect.NewID,
	}
	lambda.Start(func(ctx context.Context, event json.RawMessage) error {
		defer runtime.Clusters.CloseIdle()
		return handler.Handle(ctx, event)
	})
	return nil
}

func cluster(c *connect.Connection) *catalog.Cluster {
	return &catalog.Cluster{
		Info:      c.Info,
		Control:   c,
		Pools:     c.Kubernetes,
		Classes:   crd.New(crd.Options{Endpoint: c.Endpoint, Token: c.Token}),
		Network:   network.New(c.AWS),
		Images:    images.New(c.AWS),
		Offerings: offerings.New(c.AWS),
		Prices:    prices.New(c.AWS),
		Templates: templates.New(c.AWS),
		Profiles:  profiles.New(c.AWS),
	}
}
