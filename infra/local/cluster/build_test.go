package cluster

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCompile(t *testing.T) {
	source := module(t, "go.mod", "module m\n\ngo 1.26\n", "main.go", "package main\nfunc main() { print(\"it runs\") }\n")
	binary := filepath.Join(t.TempDir(), "controlplane")
	if err := compile(t.Context(), source, binary, io.Discard); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary).CombinedOutput()
	if err != nil || string(out) != "it runs" {
		t.Errorf("the binary says %q, %v", out, err)
	}
}

func TestCompileShowsErrors(t *testing.T) {
	source := module(t, "go.mod", "module m\n\ngo 1.26\n", "main.go", "package main\nfunc main() { undefinedThing() }\n")
	binary := filepath.Join(t.TempDir(), "controlplane")
	err := compile(t.Context(), source, binary, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "undefinedThing") {
		t.Errorf("a source that does not compile: %v, want the compiler's words", err)
	}
	if exists(binary) {
		t.Error("a failed build left a binary")
	}
}

// A second holder waits, says so, and gives up with its context; a lock that was
// given back can be taken.
func TestLockFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lockFile(t.Context(), path, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := lockFile(ctx, path, writerFunc(func(said []byte) {
		if !strings.Contains(string(said), "waiting") {
			t.Errorf("said %q, not that it waits", said)
		}
		cancel()
	})); !errors.Is(err, context.Canceled) {
		t.Errorf("a held lock: %v, want the context's end", err)
	}
	unlock()
	again, err := lockFile(t.Context(), path, writerFunc(func([]byte) { t.Error("waits for a free lock") }))
	if err != nil {
		t.Fatal(err)
	}
	again()
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func TestPrune(t *testing.T) {
	builds := t.TempDir()
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for day, name := range []string{"oldest", "current", "old", "new", "newest"} {
		dir := filepath.Join(builds, name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		at := begin.AddDate(0, 0, day)
		if err := os.Chtimes(dir, at, at); err != nil {
			t.Fatal(err)
		}
	}
	lock := filepath.Join(builds, "lock")
	if err := os.WriteFile(lock, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := prune(builds, filepath.Join(builds, "current")); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, err := os.ReadDir(builds)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if got := strings.Join(left, " "); got != "current lock new newest" {
		t.Errorf("left are %q, want the current one, the lock and the two used last", got)
	}
}
