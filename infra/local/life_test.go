package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/infra/local/binaries"
)

// TestLife brings an environment up twice. The first ends as it should, the second is killed without a word. Neither
// leaves a process behind: not the control plane, not the emulator, not a function, frozen as it may be.
func TestLife(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the control plane and the AWS emulator")
	}
	dir := filepath.Join(t.TempDir(), "up")
	local := build(t)
	t.Cleanup(func() { command(local, dir, "down").Run() })

	s := bring(t, local, dir)
	serve := holder(dir)
	family := descendants(t, serve)
	if len(family) < 3 {
		t.Errorf("the environment has the processes %v; the emulator, the control plane and functions are missing", family)
	}
	if out, err := command(local, dir, "kubectl", "get", "nodepools").CombinedOutput(); err != nil || !strings.Contains(string(out), "general-purpose") {
		t.Errorf("kubectl: %v\n%s", err, out)
	}
	if out, err := command(local, dir, "up").CombinedOutput(); err != nil || !strings.Contains(string(out), s.AWS) {
		t.Errorf("a second up shows the environment that runs: %v\n%s", err, out)
	}
	if out, err := command(local, dir, "serve").CombinedOutput(); err == nil || !strings.Contains(string(out), errTaken.Error()) {
		t.Errorf("a second environment in the same folder: %v\n%s", err, out)
	}
	if out, err := command(local, dir, "down").CombinedOutput(); err != nil {
		t.Fatalf("down: %v\n%s", err, out)
	}
	if left := alive(append(family, serve)); len(left) > 0 {
		t.Errorf("left behind by down: %v", left)
	}
	if out, err := command(local, dir, "kubectl", "get", "nodes").CombinedOutput(); err == nil || !strings.Contains(string(out), "make up") {
		t.Errorf("kubectl without an environment: %v\n%s", err, out)
	}

	bring(t, local, dir)
	serve = holder(dir)
	family = descendants(t, serve)
	if err := syscall.Kill(serve, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	gone(t, append(family, serve))
	if out, err := command(local, dir, "down").CombinedOutput(); err != nil || !strings.Contains(string(out), "no environment is running") {
		t.Errorf("down after a kill: %v\n%s", err, out)
	}
}

func build(t *testing.T) string {
	t.Helper()
	root, err := binaries.Root()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "local")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./infra/local")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// command runs for a user who has an AWS account and a cluster of another kind: neither is to be looked for.
func command(local, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), local, args...)
	cmd.Env = append(os.Environ(), folderVariable+"="+dir, "AWS_PROFILE=elsewhere", "AWS_CA_BUNDLE=/elsewhere", "KUBECONFIG=/elsewhere")
	return cmd
}

func bring(t *testing.T, local, dir string) state {
	t.Helper()
	if out, err := command(local, dir, "up").CombinedOutput(); err != nil {
		t.Fatalf("up: %v\n%s", err, out)
	}
	s, err := readState(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// descendants are the process's children, their children and so on.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	children := map[int][]int{}
	for _, path := range stats {
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if _, parent, ok := stat(child); ok {
			children[parent] = append(children[parent], child)
		}
	}
	var all []int
	for next := []int{pid}; len(next) > 0; next = next[1:] {
		all = append(all, children[next[0]]...)
		next = append(next, children[next[0]]...)
	}
	return all
}

// stat is a process's state letter and parent.
func stat(pid int) (letter string, parent int, ok bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", 0, false
	}
	// The command's name, in brackets, may hold anything.
	fields := strings.Fields(string(raw[strings.LastIndex(string(raw), ")")+1:]))
	parent, err = strconv.Atoi(fields[1])
	return fields[0], parent, err == nil
}

// alive are those of the processes that still run. One that has ended and that nobody has waited for does not.
func alive(pids []int) []int {
	return slices.DeleteFunc(slices.Clone(pids), func(pid int) bool {
		letter, _, ok := stat(pid)
		return !ok || letter == "Z" || letter == "X"
	})
}

// gone waits until none of the processes runs; one that stays is for the test's own timeout to tell, after a while
// that no machine needs.
func gone(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for left := alive(pids); len(left) > 0; left = alive(pids) {
		if time.Now().After(deadline) {
			for _, pid := range left {
				line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
				t.Errorf("left behind: %d %s", pid, strings.ReplaceAll(string(line), "\x00", " "))
			}
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}
