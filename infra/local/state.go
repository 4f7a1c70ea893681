package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/slipway-dev/slipway/infra/local/binaries"
	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/shared/config"
)

// state is what a running environment writes down for the other commands.
type state struct {
	Kubeconfig  string `json:"kubeconfig"`
	Kubectl     string `json:"kubectl"` // the binary that has kubectl in it
	AWS         string `json:"aws"`
	ClusterKey  string `json:"clusterKey"`
	ClusterName string `json:"clusterName"`
	// Functions is each function's binary and environment.
	Functions map[string]deployed `json:"functions"`
}

type deployed struct {
	Name        string            `json:"name"`
	Binary      string            `json:"binary"`
	Environment map[string]string `json:"environment"`
}

// folderVariable names a folder for the environment of `up`, for those who want a second one beside it.
const folderVariable = "SLIPWAY_LOCAL_DIR"

// folder is where the environment of `up` lives: .run/up below the checkout, if nobody says otherwise.
func folder() (string, error) {
	if dir := os.Getenv(folderVariable); dir != "" {
		return filepath.Abs(dir)
	}
	root, err := binaries.Root()
	return filepath.Join(root, ".run", "up"), err
}

func stateFile(dir string) string { return filepath.Join(dir, "state.json") }

// running reads the state of the environment that runs, and fails with what to do when none does.
func running() (state, error) {
	dir, err := folder()
	if err != nil {
		return state{}, err
	}
	s, err := readState(dir)
	switch {
	case errors.Is(err, errDown):
		return s, fmt.Errorf("%w; start one with: make up", err)
	case err != nil:
		return s, errors.New("the environment is not up yet, or going down")
	}
	return s, nil
}

// errDown is what readState says when no process has the folder.
var errDown = errors.New("no environment is running")

// readState fails with errDown when no environment runs, and otherwise when it is not up yet.
func readState(dir string) (state, error) {
	var s state
	if holder(dir) == 0 {
		return s, errDown
	}
	raw, err := os.ReadFile(stateFile(dir))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, err
	}
	return s, nil
}

func writeState(dir string, e *environment.Environment) error {
	s := state{
		Kubeconfig: e.Kubernetes.Kubeconfig, Kubectl: e.Kubernetes.Binary, AWS: e.AWS.URL,
		ClusterKey: e.Cluster.Key, ClusterName: e.Cluster.Name, Functions: map[string]deployed{},
	}
	for name, f := range e.Functions {
		c := f.Config()
		env := c.Environment
		env[string(config.LogLevel)] = "info"
		s.Functions[name] = deployed{Name: c.Name, Binary: c.Binary, Environment: env}
	}
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(stateFile(dir), raw, 0o600); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return nil
}
