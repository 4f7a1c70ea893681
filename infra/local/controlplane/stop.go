package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopWithin bounds a stop that was asked for. It takes 3 s.
const stopWithin = 20 * time.Second

// stopSignal is a context that ends when this process shall stop: on a signal,
// or, if untilEOF, when in ends. A pipe's other end is closed by the kernel even
// if the parent is killed, so nothing outlives a runner that died of -9; a
// watch of the parent's id would have to poll, and a death signal is bound to
// the thread that forked.
func stopSignal(untilEOF bool, in io.Reader) (context.Context, func()) {
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	ctx, cancel := context.WithCancel(ctx)
	if untilEOF {
		go func() {
			// Whatever arrives is of no interest, only that it ends.
			_, _ = io.Copy(io.Discard, in)
			cancel()
		}()
	}
	// A component that hangs must not keep the whole alive, with nobody left to
	// kill it.
	context.AfterFunc(ctx, func() {
		time.AfterFunc(stopWithin, func() { os.Exit(1) })
	})
	return ctx, func() { cancel(); release() }
}
