package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sourcePath of the control plane's module, from the repository's root.
const sourcePath = "infra/local/controlplane"

// findSource returns the folder of the control plane's module, for a caller
// somewhere below the root of the repository.
func findSource() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the repository: %w", err)
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(content, []byte("module github.com/slipway-dev/slipway\n")) {
			return filepath.Join(dir, filepath.FromSlash(sourcePath)), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("finding the repository: no go.mod of slipway in or above %s", here)
		}
	}
}

// key names a build by everything that goes into it: the sources, the modules
// and their checksums, the Go version and platform, the flags.
func key(ctx context.Context, source string) (string, error) {
	sum := sha256.New()
	version, err := goCommand(ctx, source, "env", "GOVERSION", "GOOS", "GOARCH").Output()
	if err != nil {
		return "", fmt.Errorf("asking for Go's version: %w", explained(err))
	}
	fmt.Fprintf(sum, "%s%q\n", version, buildFlags())
	err = filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isInput(entry.Name()) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.ToSlash(name), len(content), content)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("reading the control plane's sources: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func isInput(name string) bool {
	if strings.HasSuffix(name, ".go") {
		return !strings.HasSuffix(name, "_test.go")
	}
	return name == "go.mod" || name == "go.sum"
}

// explained adds what a failed command said.
func explained(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}
