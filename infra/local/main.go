// Command local runs Slipway on this machine; the Makefile calls it.
//
//	local up                     an environment that stays, in the background
//	local down                   ends it
//	local kubectl ARGS...        kubectl against it
//	local invoke FUNCTION FILE   one function, once, with an event of testevents/, against it
//	local scenario FILE...       scripts, each against an environment of its own
//	local serve                  what up starts: an environment in the foreground
//
// SLIPWAY_LOCAL_DIR names another folder for up's environment than .run/up.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{
		"up": up, "down": down, "serve": serve, "kubectl": kubectl, "invoke": invoke, "scenario": scenarios,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return errors.New("usage: local up | down | kubectl ARGS | invoke FUNCTION FILE | scenario FILES")
	}
	return commands[args[0]](ctx, args[1:])
}
