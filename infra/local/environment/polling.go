package environment

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/slipway-dev/slipway/events"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/local/boot"
	"github.com/slipway-dev/slipway/infra/local/poll"
)

func (e *Environment) startMachines(polling context.Context) error {
	if e.Options.Bare {
		return nil
	}
	client := ec2.NewFromConfig(e.Config)
	types, err := boot.LoadTypes(polling, client)
	if err != nil {
		return fmt.Errorf("instance types: %w", err)
	}
	e.run(func() {
		err := boot.Run(polling, boot.Options{
			EC2: client, Types: types, Cluster: ClusterName, Server: e.Kubernetes.Server,
			CACert: e.Kubernetes.CACert, CAKey: e.Kubernetes.CAKey, AdminKubeconfig: e.Kubernetes.Kubeconfig,
			BootDelay: e.Options.BootDelay, DeviceDelay: e.Options.DeviceDelay, CloudDeletesReady: true, Log: e.log,
		})
		if err != nil && polling.Err() == nil {
			e.log.Error("machines", "error", err)
		}
	})
	return nil
}

func (e *Environment) startPolling(ctx, polling context.Context) error {
	for _, f := range e.Pipeline.Functions {
		if f.Source != nil {
			m := poll.Mapping{
				Queue: e.Clients.Queues, URL: e.Deployed.QueueURL[f.Source.Queue], ARN: e.Deployed.QueueARN[f.Source.Queue],
				Region: emulator.Region, BatchSize: f.Source.BatchSize, Pollers: 2, Function: e.Functions[f.Name], Log: e.log,
			}
			e.run(func() { m.Run(polling) })
			continue
		}
		a := poll.Async{
			Queue: e.Clients.Queues, URL: e.Deployed.AsyncURL[f.Name], OnFailure: e.Deployed.QueueURL[f.Invoke.OnFailure],
			Retries: f.Invoke.Retries, MaxAge: f.Invoke.MaxAge, RetryAfter: 5 * time.Second, Pollers: environments,
			Name: e.Pipeline.Name(f.Name), Function: e.Functions[f.Name], Log: e.log,
		}
		e.run(func() { a.Run(polling) })
	}
	schedules, err := e.Deployed.Schedules(ctx, e.Clients, []events.Cluster{{Key: e.Cluster.Key, Name: e.Cluster.Name}})
	if err != nil {
		return err
	}
	if e.Options.Minute > 0 {
		for i := range schedules {
			schedules[i].Rate = time.Duration(float64(schedules[i].Rate) * e.Options.Minute.Minutes())
		}
	}
	e.run(func() { e.Deployed.Tick(polling, e.Clients, schedules, e.log) })
	return nil
}
