package emulator

import (
	"os/exec"
	"syscall"
)

// tieToParent has the kernel kill the command when we die without a word. That
// its standard input is closed then ends it everywhere else.
func tieToParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
