// Package binaries builds the functions' bootstrap binaries, with the flags that they are deployed with.
package binaries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/slipway-dev/slipway/infra/local/progress"
)

// Flags of every build: no RPC support of the old runtime, and the same bytes from the same sources.
func Flags() []string {
	return []string{"-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"}
}

// Root is the repository's folder, found upward from the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		raw, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.Contains(string(raw), "module github.com/slipway-dev/slipway\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside a checkout of github.com/slipway-dev/slipway")
		}
		dir = parent
	}
}

// Build builds the functions, one after another, into dir and returns the binary of each. Progress says what takes
// time.
func Build(ctx context.Context, root, dir string, functions []string, to io.Writer) (map[string]string, error) {
	out := map[string]string{}
	for _, name := range functions {
		done := progress.Begin(to, "function "+name)
		binary := filepath.Join(dir, name, "bootstrap")
		args := append(append([]string{"build"}, Flags()...), "-o", binary, "./functions/"+name+"/bootstrap")
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", name, err, text)
		}
		out[name] = binary
		done()
	}
	return out, nil
}
