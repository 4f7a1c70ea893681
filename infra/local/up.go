package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/slipway-dev/slipway/infra/local/environment"
)

// up starts serve in the background, shows its progress, and returns when the environment is there.
func up(ctx context.Context, _ []string) error {
	dir, err := folder()
	if err != nil {
		return err
	}
	switch s, err := readState(dir); {
	case err == nil:
		show(s)
		return nil
	case !errors.Is(err, errDown):
		return errors.New("an environment is coming up or going down already")
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	progress := filepath.Join(dir, "progress.log")
	out, err := os.Create(progress)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(self, "serve")
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives this command and its terminal
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	return follow(ctx, dir, progress, ended)
}

// follow copies the progress to standard error until the environment is up or has failed.
func follow(ctx context.Context, dir, progress string, ended <-chan error) error {
	in, err := os.Open(progress)
	if err != nil {
		return err
	}
	defer in.Close()
	for {
		io.Copy(os.Stderr, in)
		if s, err := readState(dir); err == nil {
			show(s)
			return nil
		}
		select {
		case err := <-ended:
			io.Copy(os.Stderr, in)
			return errors.Join(errors.New("the environment did not come up"), err)
		case <-ctx.Done():
			return fmt.Errorf("interrupted; the environment goes on coming up in the background (make down ends it)")
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func show(s state) {
	fmt.Printf("environment    up (make down ends it)\nkubeconfig     %s\nAWS endpoint   %s (any credentials, region us-east-1)\n", s.Kubeconfig, s.AWS)
}

// serve is the environment in the foreground.
func serve(ctx context.Context, _ []string) error {
	dir, err := folder()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	lock, err := take(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	e, err := environment.Up(ctx, environment.Options{Dir: dir, Progress: os.Stderr})
	if err != nil {
		return err
	}
	if err := writeState(dir, e); err != nil {
		return errors.Join(err, e.Down())
	}
	<-ctx.Done()
	return errors.Join(os.Remove(stateFile(dir)), e.Down())
}

// down ends the environment of up, also one that is still coming up, and waits until it is gone.
func down(ctx context.Context, _ []string) error {
	dir, err := folder()
	if err != nil {
		return err
	}
	pid := holder(dir)
	if pid == 0 {
		fmt.Println(errDown)
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	for holder(dir) == pid {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	fmt.Println("environment    down")
	return nil
}
