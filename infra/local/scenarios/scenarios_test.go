// Package scenarios is the folder of the scripts; the test runs all of them, as `make scenario` runs one.
package scenarios

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/infra/local/scenario"
)

// shim is a *testing.T as testscript wants it: Run hands on the interface, and scripts share a machine, so they run
// one after another.
type shim struct{ *testing.T }

func (s shim) Parallel()     {}
func (s shim) Verbose() bool { return testing.Verbose() }
func (s shim) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(shim{t}) })
}

func TestScenarios(t *testing.T) {
	if testing.Short() {
		t.Skip("scenarios need the control plane and the AWS emulator")
	}
	files, err := filepath.Glob("*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		scenario.Run(context.Background(), shim{t}, file, scenario.Options{
			Dir: filepath.Join("..", "..", "..", ".run", "test-"+filepath.Base(file)), Output: t.Output(),
		})
	}
}
