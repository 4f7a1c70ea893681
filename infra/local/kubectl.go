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
	env := append(os.Environ(), "KUBECONFIG="+s.Kubeconfig)
	return syscall.Exec(s.Kubectl, append([]string{s.Kubectl, "kubectl"}, args...), env)
}
