package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// kubernetesVersion is what /version says. The module's requirement of
// k8s.io/kubernetes is the truth about it; a test holds the two together.
const kubernetesVersion = "v1.37.1"

// kept is how many builds stay in the cache, 140 MB each.
const kept = 3

// Build returns the path of the control plane's binary for the sources of the
// repository around the working directory, and builds it first if the user's
// cache has none yet. Processes that want it at the same time build it one
// after the other: the link alone takes 3 GB. Progress lines go to progress,
// only if there is something to wait for.
func Build(ctx context.Context, progress io.Writer) (binary string, err error) {
	source, err := findSource()
	if err != nil {
		return "", err
	}
	name, err := key(ctx, source)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the user's cache: %w", err)
	}
	builds := filepath.Join(cache, "slipway", "controlplane")
	binary = filepath.Join(builds, name, "controlplane")
	if used(binary) {
		return binary, nil
	}
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return "", fmt.Errorf("making the cache: %w", err)
	}
	unlock, err := lockFile(ctx, filepath.Join(builds, "lock"), progress)
	if err != nil {
		return "", err
	}
	defer unlock()
	if used(binary) {
		return binary, nil
	}
	if err := compile(ctx, source, binary, progress); err != nil {
		return "", err
	}
	return binary, prune(builds, filepath.Dir(binary))
}

// used says whether the binary exists, and notes that it was wanted.
func used(binary string) bool {
	now := time.Now()
	return os.Chtimes(filepath.Dir(binary), now, now) == nil && exists(binary)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// buildFlags of go list and go build; they must be the same for the first to
// know what the second will do.
func buildFlags() []string {
	return []string{"-trimpath", "-ldflags", "-s -w" +
		" -X k8s.io/component-base/version.gitVersion=" + kubernetesVersion +
		" -X k8s.io/component-base/version.gitTreeState=clean"}
}

// compile builds to a file beside binary and moves it there when it is whole.
func compile(ctx context.Context, source, binary string, progress io.Writer) error {
	steps, err := outdated(ctx, source)
	if err != nil {
		return err
	}
	partial := binary + ".partial"
	build := goCommand(ctx, source, append(append([]string{"build", "-v"}, buildFlags()...), "-o", partial, ".")...)
	report := newReport(progress, steps)
	build.Stderr = report
	stop := report.every(ctx, 10*time.Second)
	err = build.Run()
	stop()
	if err != nil {
		return fmt.Errorf("building the control plane: %w\n%s", err, report.complaints())
	}
	if err := os.Rename(partial, binary); err != nil {
		return fmt.Errorf("keeping the control plane: %w", err)
	}
	return nil
}

// outdated counts the packages that are not in Go's build cache.
func outdated(ctx context.Context, source string) (int, error) {
	args := append([]string{"list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}"}, buildFlags()...)
	out, err := goCommand(ctx, source, append(args, ".")...).Output()
	if err != nil {
		return 0, fmt.Errorf("listing the control plane's packages: %w", explained(err))
	}
	return len(strings.Fields(string(out))), nil
}

// goCommand is the go tool in dir, deaf to settings of the user's that would
// change what it builds.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	return command
}

// lockFile holds the lock at path until unlock is called or the process ends.
func lockFile(ctx context.Context, path string, progress io.Writer) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	for waited := false; ; waited = true {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			file.Close()
			return nil, fmt.Errorf("locking the cache: %w", err)
		}
		if !waited {
			fmt.Fprintln(progress, "another process builds the control plane; waiting for it")
		}
		select {
		case <-ctx.Done():
			file.Close()
			return nil, fmt.Errorf("waiting for the build of another process: %w", ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// prune removes all but the builds used last, and never current.
func prune(builds, current string) error {
	entries, err := os.ReadDir(builds)
	if err != nil {
		return fmt.Errorf("looking for old control planes: %w", err)
	}
	type build struct {
		path string
		used time.Time
	}
	var others []build
	for _, entry := range entries {
		path := filepath.Join(builds, entry.Name())
		if info, err := entry.Info(); err == nil && entry.IsDir() && path != current {
			others = append(others, build{path, info.ModTime()})
		}
	}
	slices.SortFunc(others, func(a, b build) int { return b.used.Compare(a.used) })
	for i, old := range others {
		if i < kept-1 {
			continue
		}
		if err := os.RemoveAll(old.path); err != nil {
			return fmt.Errorf("removing an old control plane: %w", err)
		}
	}
	return nil
}
