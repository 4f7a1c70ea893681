package lambda

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"syscall"
	"time"
)

// startWithin is how long a process has to ask for its first invocation; Lambda's own limit.
const startWithin = 10 * time.Second

// environment is one process and the Runtime API that it talks to.
type environment struct {
	process *exec.Cmd
	api     *api
	server  *http.Server
	exited  chan struct{}
}

// start makes an environment and waits until the process asks for work. The process dies with us.
func start(ctx context.Context, c Config) (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	env := &environment{api: newAPI(c.Name), exited: make(chan struct{})}
	env.server = &http.Server{Handler: env.api}
	go env.server.Serve(listener)

	cmd := exec.Command(c.Binary)
	// As in Lambda, nothing comes from outside: an AWS profile of the user's would be looked for, and not found.
	cmd.Env = []string{
		"TZ=UTC",
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(),
		"AWS_LAMBDA_FUNCTION_NAME=" + c.Name,
	}
	for k, v := range c.Environment {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Stdout, cmd.Stderr = c.Output, c.Output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	env.process = cmd
	if err := startOnOwnThread(cmd, env.exited); err != nil {
		env.server.Close()
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	select {
	case <-env.api.ready:
		env.freeze()
		return env, nil
	case failed := <-env.api.initFailed:
		env.kill()
		return nil, failed
	case <-env.exited:
		env.close()
		return nil, &FunctionError{"Runtime.ExitError", fmt.Sprintf("%s ended before its first invocation: %v", c.Name, cmd.ProcessState)}
	case <-time.After(startWithin):
		env.kill()
		return nil, &FunctionError{"Sandbox.Timedout", c.Name + " did not start in time"}
	case <-ctx.Done():
		env.kill()
		return nil, ctx.Err()
	}
}

// invoke thaws the process, hands it the payload and freezes it again once it asks for the next one.
func (e *environment) invoke(ctx context.Context, payload []byte, timeout time.Duration) ([]byte, error) {
	e.thaw()
	done := e.api.give(payload, time.Now().Add(timeout))
	late := time.NewTimer(timeout)
	defer late.Stop()
	select {
	case a := <-done:
		e.rest()
		return a.body, a.err
	case <-e.exited:
		e.close()
		return nil, &FunctionError{"Runtime.ExitError", fmt.Sprintf("the process ended: %v", e.process.ProcessState)}
	case <-late.C:
		e.kill()
		return nil, &FunctionError{"Sandbox.Timedout", fmt.Sprintf("task timed out after %v", timeout)}
	case <-ctx.Done():
		e.kill()
		return nil, ctx.Err()
	}
}

// rest freezes the process when it asks for more work. One that does not ask is left running: the next invocation
// finds it so.
func (e *environment) rest() {
	select {
	case <-e.api.ready:
		e.freeze()
	case <-e.exited:
	case <-time.After(time.Second):
	}
}

func (e *environment) freeze() { e.process.Process.Signal(syscall.SIGSTOP) }
func (e *environment) thaw()   { e.process.Process.Signal(syscall.SIGCONT) }

func (e *environment) dead() bool {
	select {
	case <-e.exited:
		return true
	default:
		return false
	}
}

func (e *environment) kill() {
	e.process.Process.Kill()
	<-e.exited
	e.close()
}

func (e *environment) close() {
	e.server.Close()
	close(e.api.closed)
}
