package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/slipway-dev/slipway/functions/provision"
	"github.com/slipway-dev/slipway/functions/register"
	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/batch"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/snapshot"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// boot starts both functions anew, as after a kill: nothing that they kept in memory is left.
func (w *World) boot() {
	clock := func() time.Time { return w.now }
	loop := batch.Loop{DeadLetters: w.dead, Now: clock}
	quiet := telemetry.New(io.Discard, telemetry.Settings{Now: clock})
	var lanes act.Ledger = w.ledger
	if w.options.Forgetful {
		lanes = forgetful{w.ledger}
	}
	w.provision = &provision.Handler{
		Clusters: connected[*provision.Cluster]{&provision.Cluster{
			Info:   w.cluster,
			Reader: snapshot.NewReader(w.kubernetes, w.records, inTurn, w.cluster.Key),
			Applier: &act.Applier{
				Cluster: w.cluster, Lane: model.LaneProvision, Kubernetes: w.kubernetes, Fleets: w.ec2, Ledger: lanes,
				Parallel: inTurn, Now: clock,
			},
		}},
		Ledger: w.ledger, Records: w.records, Bus: w.bus, Loop: loop, Parallel: inTurn, Telemetry: quiet,
		Version: "world", Now: clock, NewID: w.newID,
	}
	w.register = &register.Handler{
		Clusters: connected[*register.Cluster]{&register.Cluster{Info: w.cluster, Kubernetes: w.kubernetes, Instances: w.ec2}},
		Ledger:   w.ledger, Queue: w.queue, Bus: w.bus, Loop: loop, Telemetry: quiet, Now: clock, NewID: w.newID,
	}
}

// connected is a connection that is there.
type connected[T any] struct{ to T }

func (c connected[T]) Connect(context.Context, string) (T, error) { return c.to, nil }

// inTurn runs tasks one after another: one goroutine at a time.
func inTurn(ctx context.Context, tasks ...func(context.Context) error) error {
	var failed error
	for _, t := range tasks {
		failed = errors.Join(failed, t(ctx))
	}
	return failed
}

func (w *World) newID() string {
	w.ids++
	return fmt.Sprintf("id-%d", w.ids)
}

// forgetful is a ledger that keeps no launch records: it fences, and forgets.
type forgetful struct{ act.Ledger }

func (forgetful) Freeze(context.Context, string, []model.Launch, time.Time, int64) error { return nil }

func (forgetful) Answer(_ context.Context, _, _ string, answer model.FleetAnswer) (model.FleetAnswer, error) {
	return answer, nil
}

func (forgetful) Close(context.Context, string, string, string) error { return nil }
