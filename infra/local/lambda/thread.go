package lambda

import (
	"os/exec"
	"runtime"
)

// startOnOwnThread starts the process from a goroutine that keeps its thread until the process has ended, and closes
// exited then. Linux sends the parent-death signal when the thread that started the process ends, not the process.
func startOnOwnThread(cmd *exec.Cmd, exited chan struct{}) error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
		close(exited)
	}()
	return <-started
}
