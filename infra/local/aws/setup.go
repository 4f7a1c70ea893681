package emulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// ErrNoPython means that this machine has no Python that can run the emulator.
var ErrNoPython = errors.New("the AWS emulator needs python3, 3.10 or later, with its venv module " +
	"(Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python3)")

// Setup makes the emulator's virtual environment in the user's cache folder,
// once for each requirements.txt and Python, and returns its interpreter.
// Concurrent calls, of other processes too, wait for the one at work. Progress
// goes to progress, a line at a time; nothing is said when all is there.
//
// The packages come from the package index that pip is configured for.
func Setup(ctx context.Context, progress io.Writer) (python string, err error) {
	base, version, err := findPython(ctx)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("set up the AWS emulator: %w", err)
	}
	sum := sha256.Sum256(append([]byte(version+"\n"), requirements...))
	dir := filepath.Join(cache, "slipway", "aws", hex.EncodeToString(sum[:6]))
	python = filepath.Join(dir, "bin", "python")
	if complete(dir) {
		return python, nil
	}
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return "", fmt.Errorf("set up the AWS emulator: %w", err)
	}
	defer unlock()
	if complete(dir) { // by who held the lock before
		return python, nil
	}
	if err := install(ctx, base, dir, progress); err != nil {
		return "", fmt.Errorf("set up the AWS emulator: %w", err)
	}
	return python, nil
}

// findPython returns the machine's own interpreter and its version, as "3.11.7".
func findPython(ctx context.Context) (python, version string, err error) {
	python, err = exec.LookPath("python3")
	if err != nil {
		return "", "", ErrNoPython
	}
	const ask = `import sys, venv, ensurepip
assert sys.version_info >= (3, 10)
print(".".join(map(str, sys.version_info[:3])), sys.base_prefix)`
	out, err := exec.CommandContext(ctx, python, "-c", ask).Output()
	if err != nil {
		if ctx.Err() != nil {
			return "", "", ctx.Err()
		}
		return "", "", fmt.Errorf("%w; %s is not enough", ErrNoPython, python)
	}
	return python, strings.TrimSpace(string(out)), nil
}

// install builds the environment in place: an interpreter's paths are fixed
// when it is made. The marker is written last, so half of one never counts.
func install(ctx context.Context, base, dir string, progress io.Writer) error {
	start := time.Now()
	fmt.Fprintln(progress, "setting up the AWS emulator, once, about 1 minute (140 MB in the user's cache)")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := run(ctx, base, "-m", "venv", dir); err != nil {
		return fmt.Errorf("%w (%w)", err, ErrNoPython)
	}
	list := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(list, requirements, 0o644); err != nil {
		return err
	}
	err := run(ctx, filepath.Join(dir, "bin", "python"), "-m", "pip", "install",
		"--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--requirement", list)
	if err != nil {
		return err
	}
	if err := os.WriteFile(marker(dir), nil, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(progress, "set up the AWS emulator in %.0f s\n", time.Since(start).Seconds())
	return nil
}

func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

func marker(dir string) string { return filepath.Join(dir, ".complete") }

func complete(dir string) bool {
	_, err := os.Stat(marker(dir))
	return err == nil
}

// lock takes a file lock, waiting for it; the kernel frees it when we die.
func lock(path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}
