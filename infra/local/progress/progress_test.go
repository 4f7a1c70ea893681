package progress_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/infra/local/progress"
)

// TestLines: a file gets whole lines without control characters, one for each finished step, in columns.
func TestLines(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	done := progress.Begin(file, "the control plane")
	progress.Begin(file, "function observe")()
	done()
	raw, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^  function observe {12} {4}\d\.\d s\n  the control plane {11} {4}\d\.\d s\n$`)
	if !want.Match(raw) {
		t.Errorf("got\n%s", raw)
	}
}

// TestTerminal: neither a file, nor a buffer, nor the null device is one.
func TestTerminal(t *testing.T) {
	if progress.Terminal(&strings.Builder{}) {
		t.Error("a buffer counts as a terminal")
	}
	file, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if progress.Terminal(file) {
		t.Error("a folder counts as a terminal")
	}
}
