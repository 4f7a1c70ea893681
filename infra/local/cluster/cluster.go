package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	// startWithin bounds a start whose context has no deadline. It takes 3 s on
	// an idle machine, much longer on one that is busy building.
	startWithin = 3 * time.Minute
	// stopWithin bounds an orderly stop. It takes 3 s.
	stopWithin = 25 * time.Second
	// logTail is how many lines of the log an error shows.
	logTail = 20
)

// Options of Start.
type Options struct {
	// Dir holds everything of the cluster, and outlives it. It is made if it
	// does not exist; one control plane at a time may use it.
	Dir string
	// AuthWebhook is the URL of an Authenticator, for bearer tokens of AWS
	// roles. Empty: there are none.
	AuthWebhook string
	// Log gets a copy of what the components log, besides Dir/controlplane.log.
	Log io.Writer
	// Binary is the control plane; empty: as Build returns it, with its progress
	// on standard error.
	Binary string
	// Args are further flags of `controlplane serve`.
	Args []string
}

// Cluster is a control plane that runs.
type Cluster struct {
	Server     string // https://127.0.0.1:PORT
	CAData     []byte // PEM; EKS's certificateAuthority.data is its base64
	Kubeconfig string // path; an administrator's
	CACert     string // path
	CAKey      string // path; signs node identities, see SignNode
	Binary     string // path; `Binary kubectl` is kubectl
	PID        int

	process *exec.Cmd
	input   io.Closer
	done    chan struct{}
	exit    error // after done
}

// ready is the file that the control plane writes when it serves.
type ready struct {
	Server     string `json:"server"`
	CAFile     string `json:"caFile"`
	Kubeconfig string `json:"kubeconfig"`
	PID        int    `json:"pid"`
}

// Start runs a control plane and returns when a pod can be created there. ctx
// bounds the start only; the cluster lives until Stop, or until this process
// ends. An error carries the end of the log.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Binary == "" {
		binary, err := Build(ctx, os.Stderr)
		if err != nil {
			return nil, err
		}
		o.Binary = binary
	}
	if _, limited := ctx.Deadline(); !limited {
		limit, cancel := context.WithTimeout(ctx, startWithin)
		defer cancel()
		ctx = limit
	}
	c, err := launch(o)
	if err != nil {
		return nil, fmt.Errorf("starting the control plane: %w", err)
	}
	if err := c.await(ctx, filepath.Join(o.Dir, "ready")); err != nil {
		return nil, fmt.Errorf("starting the control plane: %w\n%s", errors.Join(err, c.Stop()), tail(logFile(o.Dir)))
	}
	return c, nil
}

func logFile(dir string) string { return filepath.Join(dir, "controlplane.log") }

// launch starts the process.
func launch(o Options) (*Cluster, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	// Appended to: a second start in the same folder will be refused, and must not
	// wipe out the log of the first.
	log, err := os.OpenFile(logFile(o.Dir), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	process := command(o, log)
	input, err := process.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	if err := process.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	c := &Cluster{Binary: o.Binary, PID: process.Process.Pid, process: process, input: input, done: make(chan struct{})}
	go func() {
		c.exit = errors.Join(process.Wait(), log.Close())
		close(c.done)
	}()
	return c, nil
}

// command is the process, not yet started.
func command(o Options, log *os.File) *exec.Cmd {
	args := []string{"serve", "-dir", o.Dir, "-until-eof"}
	if o.AuthWebhook != "" {
		args = append(args, "-auth-webhook", o.AuthWebhook)
	}
	process := exec.Command(o.Binary, append(args, o.Args...)...)
	// See "Life and death" in the package's documentation.
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Stderr = log
	if o.Log != nil {
		process.Stderr = io.MultiWriter(log, o.Log)
	}
	process.Stdout = process.Stderr
	return process
}

// await waits for the ready file of this very process and reads it.
func (c *Cluster) await(ctx context.Context, path string) error {
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case <-c.done:
			return errors.New("it ended before it was ready")
		case <-ctx.Done():
			return fmt.Errorf("waiting for it to be ready: %w", ctx.Err())
		case <-ticks.C:
		}
		content, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		var r ready
		if err := json.Unmarshal(content, &r); err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
		if r.PID == c.PID { // not one left by a process that was killed
			return c.learn(r)
		}
	}
}

func (c *Cluster) learn(r ready) error {
	ca, err := os.ReadFile(r.CAFile)
	if err != nil {
		return fmt.Errorf("reading the authority: %w", err)
	}
	c.Server, c.CAData, c.Kubeconfig = r.Server, ca, r.Kubeconfig
	c.CACert, c.CAKey = r.CAFile, filepath.Join(filepath.Dir(r.CAFile), "ca.key")
	return nil
}

// Done is closed when the control plane has ended, asked or not.
func (c *Cluster) Done() <-chan struct{} { return c.done }

// Stop ends the control plane and waits for that. It may be called again. The
// error says that it failed, now or before.
func (c *Cluster) Stop() error {
	// The end of its input is the order to stop. The error of a second close is
	// of no interest.
	_ = c.input.Close()
	patience := time.NewTimer(stopWithin)
	defer patience.Stop()
	select {
	case <-c.done:
	case <-patience.C:
		_ = c.process.Process.Kill()
		<-c.done
		return fmt.Errorf("stopping the control plane: it did not end within %s and was killed", stopWithin)
	}
	if c.exit != nil {
		return fmt.Errorf("the control plane failed: %w", c.exit)
	}
	return nil
}

// tail is the end of a log, for a person.
func tail(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(lines) > logTail {
		lines = lines[len(lines)-logTail:]
	}
	return "the end of " + path + ":\n" + strings.Join(lines, "\n")
}
