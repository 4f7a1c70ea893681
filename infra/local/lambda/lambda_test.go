package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/infra/local/lambda"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "lambda")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "echo")
	out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binary, "./testdata/echo").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func deploy(t *testing.T, c lambda.Config) *lambda.Function {
	t.Helper()
	c.Name, c.Binary = "slipway-echo", binary
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	f := lambda.New(c)
	t.Cleanup(f.Close)
	return f
}

type echo struct {
	PID   int
	Count int
	Name  string
}

func invoke(t *testing.T, f *lambda.Function, payload string) (e echo, err error) {
	t.Helper()
	out, err := f.Invoke(context.Background(), []byte(payload))
	if err == nil {
		if err := json.Unmarshal(out, &e); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
	}
	return e, err
}

// TestWarm: one environment serves invocation after invocation, and is frozen between them.
func TestWarm(t *testing.T) {
	f := deploy(t, lambda.Config{})
	first, err := invoke(t, f, `{}`)
	if err != nil || first.Name != "slipway-echo" {
		t.Fatalf("%+v, %v", first, err)
	}
	for state(t, first.PID) != "T" { // a signal takes its time; a process that never stops ends by the test's own timeout
		time.Sleep(time.Millisecond)
	}
	second, err := invoke(t, f, `{}`)
	if err != nil || second.PID != first.PID || second.Count != 2 {
		t.Errorf("second invocation: %+v, %v, want the process of %+v", second, err, first)
	}
}

// TestFailure: an error is answered as the function's, and leaves the environment usable.
func TestFailure(t *testing.T) {
	f := deploy(t, lambda.Config{})
	_, err := invoke(t, f, `{"do":"fail"}`)
	var failed *lambda.FunctionError
	if !errors.As(err, &failed) || failed.Message != "as asked" {
		t.Fatalf("error %v", err)
	}
	if again, err := invoke(t, f, `{}`); err != nil || again.Count != 2 {
		t.Errorf("after a failure: %+v, %v", again, err)
	}
}

// TestDeath: a process that ends or runs too long fails its invocation; the next gets a new one.
func TestDeath(t *testing.T) {
	f := deploy(t, lambda.Config{Timeout: 2 * time.Second})
	before, err := invoke(t, f, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range []string{"exit", "sleep"} {
		var failed *lambda.FunctionError
		if _, err := invoke(t, f, `{"do":"`+do+`"}`); !errors.As(err, &failed) {
			t.Errorf("%s: error %v", do, err)
		}
		after, err := invoke(t, f, `{}`)
		if err != nil || after.PID == before.PID || after.Count != 1 {
			t.Errorf("after %s: %+v, %v", do, after, err)
		}
	}
}

// TestRefusesToStart: an init failure is told, not hidden behind a timeout.
func TestRefusesToStart(t *testing.T) {
	f := deploy(t, lambda.Config{Environment: map[string]string{"ECHO_REFUSE": "1"}})
	var failed *lambda.FunctionError
	if _, err := invoke(t, f, `{}`); !errors.As(err, &failed) || failed.Type != "Runtime.ExitError" {
		t.Errorf("error %v", err)
	}
}

// TestProvisioned: a function is started ahead of its first invocation, or says at once that it refuses.
func TestProvisioned(t *testing.T) {
	f := deploy(t, lambda.Config{})
	if err := f.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	first, err := invoke(t, f, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := invoke(t, f, `{}`); err != nil || second.PID != first.PID || second.Count != 2 {
		t.Errorf("second invocation: %+v, %v, want the process of %+v", second, err, first)
	}
	var failed *lambda.FunctionError
	if err := deploy(t, lambda.Config{Environment: map[string]string{"ECHO_REFUSE": "1"}}).Warm(t.Context()); !errors.As(err, &failed) {
		t.Errorf("error %v", err)
	}
}

// TestSideBySide: as many environments as allowed, no invocation lost.
func TestSideBySide(t *testing.T) {
	f := deploy(t, lambda.Config{Concurrency: 3})
	pids := make(chan int, 12)
	for range cap(pids) {
		go func() {
			e, _ := invoke(t, f, `{}`)
			pids <- e.PID
		}()
	}
	seen := map[int]int{}
	for range cap(pids) {
		seen[<-pids]++
	}
	if seen[0] > 0 || len(seen) > 3 {
		t.Errorf("invocations by process: %v, want all served by at most 3", seen)
	}
}

// state is the process's state letter of /proc.
func state(t *testing.T, pid int) string {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	return rest[:1]
}
