// Package settings says how the local control plane is to be run: the flags of
// `controlplane serve`, the files it keeps, and the arguments that each
// Kubernetes component gets from them.
//
// Nothing here starts anything or links Kubernetes. The arguments are plain
// strings, as in the unit files of a real control plane, so they can be read in
// one place and tested in milliseconds; the main package parses them with the
// components' own flag sets, which refuse what they don't know.
package settings

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"time"
)

// Serve is what `controlplane serve` was asked for.
type Serve struct {
	// Dir holds everything the control plane writes; absolute.
	Dir string
	// Port of the API server on 127.0.0.1; 0 takes a free one.
	Port int
	// AuthWebhook is the URL that checks bearer tokens (TokenReview v1); empty
	// leaves only client certificates and service accounts.
	AuthWebhook string
	// NodeMonitorPeriod is how often the node lifecycle controller looks at
	// nodes: the time a node that became Ready keeps its not-ready taint.
	NodeMonitorPeriod time.Duration
	// NodeMonitorGrace is how long a node may be silent before its Ready
	// condition turns Unknown.
	NodeMonitorGrace time.Duration
	// PodMaxBackoff bounds the scheduler's wait before it tries an
	// unschedulable pod again, in whole seconds. Its first wait is 1 s.
	PodMaxBackoff time.Duration
	// UntilEOF stops the control plane when standard input ends, which it does
	// when the parent that holds the other end of the pipe dies in whatever way.
	UntilEOF bool
}

// Parse reads the arguments after `controlplane serve`. Usage goes to out.
// It returns flag.ErrHelp when help was asked for.
func Parse(args []string, out io.Writer) (Serve, error) {
	var s Serve
	flags := flag.NewFlagSet("controlplane serve", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&s.Dir, "dir", "", "folder for data, certificates, kubeconfig and the ready file (required)")
	flags.IntVar(&s.Port, "port", 0, "port of the API server on 127.0.0.1; 0: a free one")
	flags.StringVar(&s.AuthWebhook, "auth-webhook", "", "URL that answers TokenReviews (authentication.k8s.io/v1)")
	flags.DurationVar(&s.NodeMonitorPeriod, "node-monitor-period", time.Second, "how often nodes' health is looked at")
	flags.DurationVar(&s.NodeMonitorGrace, "node-monitor-grace-period", 50*time.Second, "silence after which a node's Ready turns Unknown")
	flags.DurationVar(&s.PodMaxBackoff, "pod-max-backoff", 10*time.Second, "the scheduler's longest wait before it retries a pod")
	flags.BoolVar(&s.UntilEOF, "until-eof", false, "stop when standard input ends")
	if err := flags.Parse(args); err != nil {
		return Serve{}, err
	}
	if flags.NArg() > 0 {
		return Serve{}, fmt.Errorf("serve takes no arguments besides its flags, got %q", flags.Args())
	}
	return s.checked()
}

// checked makes Dir absolute and refuses what a component would refuse later,
// and less clearly.
func (s Serve) checked() (Serve, error) {
	if s.Dir == "" {
		return Serve{}, errors.New("-dir is required")
	}
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return Serve{}, fmt.Errorf("-dir %s: %w", s.Dir, err)
	}
	s.Dir = dir
	if s.Port < 0 || s.Port > 65535 {
		return Serve{}, fmt.Errorf("-port %d is not a port", s.Port)
	}
	if s.AuthWebhook != "" {
		u, err := url.Parse(s.AuthWebhook)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return Serve{}, fmt.Errorf("-auth-webhook %q is not an http URL", s.AuthWebhook)
		}
	}
	if s.NodeMonitorPeriod <= 0 || s.NodeMonitorGrace <= s.NodeMonitorPeriod {
		return Serve{}, fmt.Errorf("-node-monitor-grace-period %s must be longer than -node-monitor-period %s, and that longer than nothing",
			s.NodeMonitorGrace, s.NodeMonitorPeriod)
	}
	if s.PodMaxBackoff < time.Second || s.PodMaxBackoff%time.Second != 0 {
		return Serve{}, fmt.Errorf("-pod-max-backoff %s is not a whole number of seconds, at least one", s.PodMaxBackoff)
	}
	return s, nil
}
