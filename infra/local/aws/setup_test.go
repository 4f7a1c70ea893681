package emulator_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

func TestSetupIsSilentOnceItIsDone(t *testing.T) {
	var said bytes.Buffer
	python, err := emulator.Setup(t.Context(), &said) // TestMain has done it
	if err != nil || said.Len() != 0 {
		t.Fatalf("said %q, error %v", &said, err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Error(err)
	}
}

func TestSetupSaysWhatToDoWithoutPython(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := emulator.Setup(t.Context(), os.Stderr)
	if !errors.Is(err, emulator.ErrNoPython) || !strings.Contains(err.Error(), "install python3") {
		t.Errorf("error %v", err)
	}
}

func TestStartReportsWhatWentWrong(t *testing.T) {
	python := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(python, []byte("#!/bin/sh\necho I have no moto >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := emulator.Start(t.Context(), emulator.Options{Python: python})
	if err == nil || !strings.Contains(err.Error(), "I have no moto") {
		t.Errorf("error %v", err)
	}
	_, err = emulator.Start(t.Context(), emulator.Options{Python: "/nonexistent/python"})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// parent makes this test binary start an emulator and wait to be killed.
const parent = "SLIPWAY_TEST_EMULATOR_PARENT"

func startAndWait() int {
	e, err := emulator.Start(context.Background(), emulator.Options{Dir: os.Getenv(parent), Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(e.PID)
	<-e.Done()
	return 0
}

func TestEmulatorDiesWithItsParent(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parent+"="+t.TempDir())
	cmd.Stderr = os.Stderr
	stdout := must[interface{ Read([]byte) (int, error) }](t)(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := must[string](t)(bufio.NewReader(stdout).ReadString('\n'))
	var pid int
	if _, err := fmt.Sscan(line, &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("the emulator does not run: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	eventually(t, ctx, "the emulator is gone", func() bool { return gone(pid) })
}

// gone says whether a process has ended, also when nobody reaps it here.
func gone(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(stat, []byte(") Z "))
}
