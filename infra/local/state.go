package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/slipway-dev/slipway/infra/local/binaries"
	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/shared/config"
)

// state is what a running environment writes down for the other commands.
type state struct {
	PID         int    `json:"pid"`
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

// folder is where the environment of `up` lives, below the checkout.
func folder() (string, error) {
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
	if err != nil {
		return s, errors.New("no environment is running; start one with: make up")
	}
	return s, nil
}

// readState fails when there is no state file, or its process is gone.
func readState(dir string) (state, error) {
	var s state
	raw, err := os.ReadFile(stateFile(dir))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, err
	}
	return s, syscall.Kill(s.PID, 0)
}

func writeState(dir string, e *environment.Environment) error {
	s := state{
		PID: os.Getpid(), Kubeconfig: e.Kubernetes.Kubeconfig, Kubectl: e.Kubernetes.Binary, AWS: e.AWS.URL,
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
