package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
)

// installation is one run over one cluster.
type installation struct {
	handler    *Handler
	properties properties
	log        *slog.Logger
	kubernetes Kubernetes
}

func (i *installation) run(ctx context.Context) error {
	var err error
	if i.kubernetes, err = i.handler.Clusters.Dial(ctx, i.properties.cluster); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if i.properties.cluster.UID, err = i.kubernetes.UID(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{i.define, i.allow, i.addPools, i.register, i.wake} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// define brings Karpenter's definitions forward.
func (i *installation) define(ctx context.Context) error {
	definitions, err := crd.Definitions()
	if err != nil {
		return err
	}
	for _, ours := range definitions {
		err := i.ensure(ctx, ours, func(cluster *crd.Object) *crd.Object {
			next, reason := crd.Forward(cluster, ours)
			i.log.InfoContext(ctx, "definition", "name", ours.GetName(), "updated", next != nil, "reason", reason)
			return next
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// allow lets our functions do their work.
func (i *installation) allow(ctx context.Context) error {
	access, err := crd.Access()
	if err != nil {
		return err
	}
	for _, ours := range access {
		err := i.ensure(ctx, ours, func(cluster *crd.Object) *crd.Object { return crd.Overlay(cluster, ours) })
		if err != nil {
			return err
		}
	}
	return nil
}

// attempts at an object that somebody else changes or makes at the same time.
const attempts = 5

// ensure makes the object if it is missing, and else what change makes of the cluster's; nil leaves that as it is.
func (i *installation) ensure(ctx context.Context, ours *crd.Object, change func(cluster *crd.Object) *crd.Object) error {
	var err error
	for range attempts {
		var cluster *crd.Object
		cluster, err = i.kubernetes.Get(ctx, ours)
		switch {
		case model.IsKind(err, model.NotFound):
			err = i.kubernetes.Create(ctx, ours)
		case err == nil:
			next := change(cluster)
			if next == nil {
				return nil
			}
			err = i.kubernetes.Update(ctx, next)
		}
		if !model.IsKind(err, model.Conflict) && !model.IsKind(err, model.AlreadyExists) {
			return err
		}
	}
	return err
}

// addPools gives a cluster without any NodePool the default ones. An owner who deletes them gets them back with the
// next deployment, unless the property says no or there is another pool.
func (i *installation) addPools(ctx context.Context) error {
	if !i.properties.defaultPools {
		return nil
	}
	has, err := i.hasPools(ctx)
	if err != nil || has {
		return err
	}
	if i.properties.site.Role == "" {
		return errors.New("property NodeRole: the default pools need it; with DefaultPools false there are none")
	}
	defaults, err := crd.Defaults(i.properties.site)
	if err != nil {
		return err
	}
	for _, object := range defaults {
		err := served(ctx, i.handler.Pause, func() error { return i.kubernetes.Create(ctx, object) })
		if err != nil && !model.IsKind(err, model.AlreadyExists) {
			return err
		}
	}
	i.log.InfoContext(ctx, "default pools made", "objects", len(defaults))
	return nil
}

func (i *installation) hasPools(ctx context.Context) (has bool, err error) {
	err = served(ctx, i.handler.Pause, func() (err error) {
		has, err = i.kubernetes.HasPools(ctx)
		return err
	})
	return has, err
}

// A kind is served a moment after its definition is made: two to three seconds have been seen.
const (
	servedEvery  = 500 * time.Millisecond
	servedWithin = 60 // times
)

// served does what needs a kind that may not be served yet.
func served(ctx context.Context, pause func(context.Context, time.Duration) error, do func() error) error {
	var err error
	for range servedWithin {
		if err = do(); !model.IsKind(err, model.NotFound) {
			return err
		}
		if err := pause(ctx, servedEvery); err != nil {
			return fmt.Errorf("wait for the kind to be served: %w", err)
		}
	}
	return err
}

// register makes the cluster known to all functions.
func (i *installation) register(ctx context.Context) error {
	if err := i.handler.Ledger.PutCluster(ctx, i.properties.cluster); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// wake makes catalog look at the cluster now. It looks at all classes, whichever the event names.
func (i *installation) wake(ctx context.Context) error {
	c := i.properties.cluster
	head := events.NewHeader(events.Cluster{Key: c.Key, Name: c.Name}, i.handler.NewID(), i.handler.Now())
	entry, err := events.Encode(events.NewClassChanged(head, []string{crd.ClassDefault}))
	if err == nil {
		err = i.handler.Bus.Put(ctx, []events.Entry{entry})
	}
	if err != nil {
		return fmt.Errorf("wake catalog: %w", err)
	}
	return nil
}
