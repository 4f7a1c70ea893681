// Command controlplane is a whole Kubernetes control plane, and kubectl, in one
// binary for a developer's machine:
//
//	controlplane serve -dir DIR     etcd, kube-apiserver, kube-scheduler and
//	                                kube-controller-manager, in this process
//	controlplane kubectl ARGS...    kubectl
//
// They are the real ones, taken from Kubernetes as a Go module and linked, not
// imitated: what a pod, a taint or an eviction does here it does on EKS. Only
// the machines are missing; something else plays kubelet with a certificate
// signed by DIR/ca.key.
//
// serve keeps everything below DIR, listens on 127.0.0.1 and on sockets in DIR,
// and writes DIR/ready when a pod can be created. It stops on SIGTERM or
// SIGINT, and with -until-eof when its standard input ends. The same DIR may be
// served again later: the cluster is then as it was, at another port.
//
// This is a module of its own because Kubernetes is its dependency tree; the
// product must not carry that. See the package cluster beside it for who builds
// and starts this binary.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/slipway-dev/slipway/infra/local/controlplane/settings"
)

const usage = `usage:
  controlplane serve -dir DIR [flags]   run a control plane (serve -h: flags)
  controlplane kubectl ARGS...          run kubectl
`

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	switch command, args := os.Args[1], os.Args[2:]; command {
	case "serve":
		os.Exit(serve(args))
	case "kubectl":
		kubectl()
	default:
		fmt.Fprintf(os.Stderr, "controlplane: unknown command %q\n%s", command, usage)
		os.Exit(2)
	}
}

// serve returns the exit status: 0 after a stop that was asked for.
func serve(args []string) int {
	asked, err := settings.Parse(args, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(os.Stderr, "controlplane serve:", err)
		return 2
	}
	stop, release := stopSignal(asked.UntilEOF, os.Stdin)
	defer release()
	if err := run(stop, asked); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane serve:", err)
		return 1
	}
	return 0
}
