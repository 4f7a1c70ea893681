package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// standIn writes a shell script that is started instead of the control plane. It
// finds its folder in $dir.
func standIn(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "controlplane")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ndir=$3\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// A start that serves: the authority, then the ready file, then until input ends.
const serves = `echo certificate > "$dir/ca.crt"
echo "{\"server\":\"https://127.0.0.1:1\",\"caFile\":\"$dir/ca.crt\",\"kubeconfig\":\"$dir/kubeconfig\",\"pid\":$$}" > "$dir/r"
mv "$dir/r" "$dir/ready"
cat > /dev/null
`

func TestStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	var log strings.Builder
	c, err := Start(t.Context(), Options{Dir: dir, Binary: standIn(t, "echo \"args: $*\"\n"+serves), AuthWebhook: "http://w", Args: []string{"-port", "1"}, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	if c.Server != "https://127.0.0.1:1" || string(c.CAData) != "certificate\n" || c.Kubeconfig != dir+"/kubeconfig" || c.CAKey != dir+"/ca.key" {
		t.Errorf("the cluster is %+v", c)
	}
	for range 2 {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
	want := fmt.Sprintf("args: serve -dir %s -until-eof -auth-webhook http://w -port 1\n", dir)
	written, err := os.ReadFile(logFile(dir))
	if err != nil || string(written) != want || log.String() != want {
		t.Errorf("log file %q, %v; log %q; want %q", written, err, log.String(), want)
	}
}

func TestStartShowsWhyNot(t *testing.T) {
	_, err := Start(t.Context(), Options{Dir: t.TempDir(), Binary: standIn(t, "seq 1 100\necho no room >&2\nexit 3\n")})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"ended before it was ready", "exit status 3", "\n82\n", "no room"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "\n81\n") {
		t.Errorf("more than the end of the log: %v", err)
	}
}

// One that never gets ready ends with the context, and so does its process.
func TestStartGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := t.TempDir()
	_, err := Start(ctx, Options{Dir: dir, Binary: standIn(t, "echo waiting\ncat > /dev/null\necho > \"$dir/ended\"\n"), Log: writerFunc(func([]byte) { cancel() })})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's end", err)
	}
	if !exists(filepath.Join(dir, "ended")) {
		t.Error("the process was left running")
	}
}

// A ready file of an earlier process, killed, is not believed.
func TestStartMistrustsAnOldReadyFile(t *testing.T) {
	dir := t.TempDir()
	old := `{"server":"https://127.0.0.1:2","caFile":"x","kubeconfig":"x","pid":1}`
	if err := os.WriteFile(filepath.Join(dir, "ready"), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Start(t.Context(), Options{Dir: dir, Binary: standIn(t, serves)})
	if err != nil {
		t.Fatal(err)
	}
	if c.Server != "https://127.0.0.1:1" {
		t.Errorf("server %s, want the new one", c.Server)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}

// A control plane that fails later is noticed, and Stop says it.
func TestStopTellsOfAFailure(t *testing.T) {
	c, err := Start(t.Context(), Options{Dir: t.TempDir(), Binary: standIn(t, strings.Replace(serves, "cat > /dev/null", "exit 4", 1))})
	if err != nil {
		// It may be gone before its ready file is read.
		if !strings.Contains(err.Error(), "exit status 4") {
			t.Fatal(err)
		}
		return
	}
	<-c.Done()
	if err := c.Stop(); err == nil || !strings.Contains(err.Error(), "exit status 4") {
		t.Errorf("Stop: %v, want the exit status", err)
	}
}

// runnerDir makes this test binary a runner: a process that starts a control
// plane, says so, and waits to be killed.
const runnerDir = "CLUSTER_TEST_RUNNER_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(runnerDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if _, err := Start(context.Background(), Options{Dir: dir, Binary: filepath.Join(dir, "controlplane")}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("started")
	select {}
}

// A runner that is killed takes the control plane with it.
func TestKilledRunner(t *testing.T) {
	dir := t.TempDir()
	if err := os.Rename(standIn(t, serves+"echo > \"$dir/ended\"\n"), filepath.Join(dir, "controlplane")); err != nil {
		t.Fatal(err)
	}
	runner := exec.Command(os.Args[0])
	runner.Env = append(os.Environ(), runnerDir+"="+dir)
	runner.Stderr = os.Stderr
	said, err := runner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := said.Read(make([]byte, 1)); err != nil {
		t.Errorf("the runner did not start: %v", err)
	}
	if exists(filepath.Join(dir, "ended")) {
		t.Error("the control plane ended before its runner")
	}
	if err := runner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = runner.Wait() // it was killed
	await(t, "the control plane to end", func(context.Context) bool { return exists(filepath.Join(dir, "ended")) })
}
