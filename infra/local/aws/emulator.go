// Package emulator runs AWS on this machine: moto, pinned, with an extension
// of ours that puts right where moto departs from AWS (folder extension, one
// file per service; a contract test per patch beside this file).
//
//	aws, err := emulator.Start(ctx, emulator.Options{Dir: dir, Log: os.Stderr})
//	defer aws.Stop()
//	cfg.BaseEndpoint = aws.URL // any credentials, region us-east-1, account 123456789012
//	aws.SetICE(ctx, emulator.Pool{Type: "m7g.large", Zone: "us-east-1b", CapacityType: "spot"})
//
// The emulator listens on 127.0.0.1 only, keeps nothing on disk, and ends with
// the process that started it. It does what AWS does and knows nothing of
// Slipway; what a test or a demo needs besides is asked of it by [Control].
package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// Account and Region are those that every call is answered for.
	Account = "123456789012"
	Region  = "us-east-1"

	startTimeout = 60 * time.Second // a loaded machine; 1 to 2 s is usual
	stopTimeout  = 5 * time.Second
)

// Options say how to start an emulator. The zero value is a good one for tests.
type Options struct {
	Dir    string    // where the extension is unpacked; "" makes a temporary folder, removed by Stop
	Port   int       // 0 takes a free one
	Log    io.Writer // the emulator's own warnings, and the progress of a set-up; nil drops them
	Python string    // as Setup gave it; "" calls Setup
}

// Emulator is a running one. Its methods are safe for concurrent use.
type Emulator struct {
	*Control
	URL string // http://127.0.0.1:PORT
	PID int

	stdin  io.Closer
	exited chan struct{}
	dir    string // to remove, when it is ours
}

// Start runs an emulator and returns when it answers. ctx bounds the start,
// not the emulator's life: that ends by Stop, or with this process.
func Start(ctx context.Context, o Options) (*Emulator, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Python == "" {
		python, err := Setup(ctx, o.Log)
		if err != nil {
			return nil, err
		}
		o.Python = python
	}
	e := &Emulator{exited: make(chan struct{})}
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "slipway-aws-")
		if err != nil {
			return nil, fmt.Errorf("start the AWS emulator: %w", err)
		}
		o.Dir, e.dir = dir, dir
	}
	if err := e.start(ctx, o); err != nil {
		_ = os.RemoveAll(e.dir)
		return nil, fmt.Errorf("start the AWS emulator: %w", err)
	}
	return e, nil
}

func (e *Emulator) start(ctx context.Context, o Options) error {
	if err := unpack(o.Dir); err != nil {
		return err
	}
	cmd := exec.Command(o.Python, "-m", "extension.main", "--port", strconv.Itoa(o.Port))
	cmd.Dir = o.Dir
	// Nothing of the user's own settings of AWS and Python leaks into ours: a profile, for one, would be looked for.
	cmd.Env = append(withoutAWS(os.Environ()), "PYTHONPATH=", "PYTHONHOME=", "PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1")
	last := &tail{to: o.Log}
	cmd.Stderr = last
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := runTied(cmd, e.exited); err != nil {
		return err
	}
	e.stdin, e.PID = stdin, cmd.Process.Pid
	url, err := e.announced(ctx, stdout)
	if err != nil {
		_ = e.stop(cmd.Process)
		return fmt.Errorf("%w\n%s", err, last)
	}
	e.URL, e.Control = url, Attach(url)
	return nil
}

func withoutAWS(environment []string) []string {
	return slices.DeleteFunc(environment, func(v string) bool { return strings.HasPrefix(v, "AWS_") })
}

// announced waits for the line in which the emulator says where it listens.
func (e *Emulator) announced(ctx context.Context, stdout io.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	type answer struct {
		url string
		err error
	}
	heard := make(chan answer, 1)
	go func() {
		var said struct{ URL string }
		line, err := bufio.NewReader(stdout).ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(line, &said)
		}
		heard <- answer{said.URL, err}
	}()
	select {
	case a := <-heard:
		if errors.Is(a.err, io.EOF) {
			return "", errors.New("it ended before it listened")
		}
		return a.url, a.err
	case <-ctx.Done():
		return "", fmt.Errorf("it does not listen: %w", ctx.Err())
	}
}

// Stop ends the emulator and waits until it is gone.
func (e *Emulator) Stop() error {
	process, err := os.FindProcess(e.PID)
	if err != nil {
		return fmt.Errorf("stop the AWS emulator: %w", err)
	}
	err = e.stop(process)
	return errors.Join(err, os.RemoveAll(e.dir))
}

func (e *Emulator) stop(process *os.Process) error {
	_ = e.stdin.Close() // it ends when its input does
	select {
	case <-e.exited:
		return nil
	case <-time.After(stopTimeout):
	}
	if err := process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the AWS emulator: %w", err)
	}
	<-e.exited
	return nil
}

// Done is closed when the emulator has ended, whatever the reason.
func (e *Emulator) Done() <-chan struct{} { return e.exited }
