package main

import (
	"context"
	"os"
	"syscall"
)

// kubectl becomes the control plane binary's kubectl, as the administrator of the environment that runs.
func kubectl(_ context.Context, args []string) error {
	s, err := running()
	if err != nil {
		return err
	}
	// In place of the user's own: of two in an environment the first would count, and be another cluster.
	if err := os.Setenv("KUBECONFIG", s.Kubeconfig); err != nil {
		return err
	}
	return syscall.Exec(s.Kubectl, append([]string{s.Kubectl, "kubectl"}, args...), os.Environ())
}
