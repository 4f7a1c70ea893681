package main

import (
	"os"

	// Kubeconfigs may name a credential plug-in.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

// kubectl becomes kubectl, which reads os.Args itself, and exits as it would.
func kubectl() {
	os.Args = os.Args[1:]
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
