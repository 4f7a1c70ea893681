package binaries_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/infra/local/binaries"
	"github.com/slipway-dev/slipway/infra/local/lambda"
	"github.com/slipway-dev/slipway/infra/pipeline"
	"github.com/slipway-dev/slipway/shared/config"
)

// TestRefuses starts every function as Lambda does. With all that the pipeline gives it, it asks for work; without any
// one variable that it can't do without it refuses and names it; without all of them it names all, so that one failed
// start is enough to correct them.
func TestRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("builds all functions")
	}
	root, err := binaries.Root()
	if err != nil {
		t.Fatal(err)
	}
	p := pipeline.New("slipway")
	var names []string
	for _, f := range p.Functions {
		names = append(names, f.Name)
	}
	built, err := binaries.Build(t.Context(), root, t.TempDir(), names, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Functions {
		t.Run(f.Name, func(t *testing.T) {
			full := environment(f)
			if why := start(t, built[f.Name], full); why != "" {
				t.Fatalf("with what the pipeline gives it: %s", why)
			}
			none := map[string]string{}
			for _, v := range required(f) {
				some := maps.Clone(full)
				some[string(v)] = ""
				none[string(v)] = ""
				if why := start(t, built[f.Name], some); !strings.Contains(why, string(v)+" is missing") {
					t.Errorf("without %s: %q", v, why)
				}
			}
			why := start(t, built[f.Name], none)
			for _, v := range required(f) {
				if !strings.Contains(why, string(v)+" is missing") {
					t.Errorf("with nothing, %s is not named: %q", v, why)
				}
			}
		})
	}
}

// environment is what a deployment gives the function. Nothing is called at its start, so nothing has to exist.
func environment(f pipeline.Function) map[string]string {
	env := f.Environment(func(v config.Variable) string {
		switch v {
		case config.QueueURL, config.DeadLetters:
			return "http://127.0.0.1:1/123456789012/queue"
		case config.ObserveFor:
			return "14m"
		case config.ObserveWith:
			return string(config.Watch)
		}
		return "slipway"
	})
	env[string(config.Region)] = "us-east-1"
	return env
}

// required are the variables of the function that have no default, and the region.
func required(f pipeline.Function) []config.Variable {
	out := []config.Variable{config.Region}
	for _, v := range f.Needs {
		if v != config.ObserveFor && v != config.ObserveWith {
			out = append(out, v)
		}
	}
	return out
}

// start starts the function and returns what it said when it refused; empty when it asked for work.
func start(t *testing.T, binary string, env map[string]string) string {
	t.Helper()
	var said strings.Builder
	f := lambda.New(lambda.Config{Name: "slipway-test", Binary: binary, Environment: env, Timeout: time.Minute, Output: &said})
	defer f.Close()
	if err := f.Warm(t.Context()); err != nil {
		return said.String() + err.Error()
	}
	return ""
}
