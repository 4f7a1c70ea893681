package main

import (
	"context"
	"fmt"
	"net"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	cliflag "k8s.io/component-base/cli/flag"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	controllersoptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"

	"github.com/slipway-dev/slipway/infra/local/controlplane/settings"
)

// The commands that Kubernetes itself makes of its components each take over the
// process's signals and exit it when they fail. Three of them shall share this
// process, so they are put together below from the same parts (options, flags,
// validation, run) without the command.

// components are the three, configured, not yet running.
type components struct {
	apiserver   *apiserveroptions.ServerRunOptions
	scheduler   *scheduleroptions.Options
	controllers *controllersoptions.KubeControllerManagerOptions
}

// configure parses each component's arguments with its own flags; the API server
// will accept connections from listener.
func configure(s settings.Serve, listener net.Listener) (components, error) {
	cm, err := controllersoptions.NewKubeControllerManagerOptions()
	if err != nil {
		return components{}, fmt.Errorf("kube-controller-manager's defaults: %w", err)
	}
	c := components{
		apiserver:   apiserveroptions.NewServerRunOptions(),
		scheduler:   scheduleroptions.NewOptions(),
		controllers: cm,
	}
	c.apiserver.SecureServing.Listener = listener
	port := listener.Addr().(*net.TCPAddr).Port

	parse := func(name string, flags cliflag.NamedFlagSets, args []string) {
		if err == nil {
			err = parseFlags(name, flags, args)
		}
	}
	parse("kube-apiserver", c.apiserver.Flags(), s.APIServer(port))
	parse("kube-scheduler", *c.scheduler.Flags, s.Scheduler())
	parse("kube-controller-manager", cm.Flags(controllers.KnownControllers(), controllers.ControllersDisabledByDefault(), controllers.ControllerAliases()), s.ControllerManager())
	if err != nil {
		return components{}, err
	}
	// One registry of feature gates for all three, fixed from here on.
	if err := c.apiserver.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return components{}, fmt.Errorf("fixing the feature gates: %w", err)
	}
	// The components would otherwise log each other's deprecation warnings.
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	return c, nil
}

func parseFlags(name string, sets cliflag.NamedFlagSets, args []string) error {
	all := pflag.NewFlagSet(name, pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		all.AddFlagSet(set)
	}
	if err := all.Parse(args); err != nil {
		return fmt.Errorf("%s's arguments: %w", name, err)
	}
	return nil
}

// Each of the run methods returns when ctx ends, or when the component fails.

func (c components) runAPIServer(ctx context.Context) error {
	completed, err := c.apiserver.Complete(ctx)
	if err != nil {
		return fmt.Errorf("completing the options: %w", err)
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return fmt.Errorf("checking the options: %w", utilerrors.NewAggregate(errs))
	}
	return apiserver.Run(ctx, completed)
}

func (c components) runScheduler(ctx context.Context) error {
	config, sched, err := scheduler.Setup(ctx, c.scheduler)
	if err != nil {
		return fmt.Errorf("setting up: %w", err)
	}
	return scheduler.Run(ctx, config, sched)
}

func (c components) runControllers(ctx context.Context) error {
	config, err := c.controllers.Config(ctx, controllers.KnownControllers(), controllers.ControllersDisabledByDefault(), controllers.ControllerAliases())
	if err != nil {
		return fmt.Errorf("setting up: %w", err)
	}
	return controllers.Run(ctx, config.Complete())
}
