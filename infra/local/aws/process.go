package emulator

import (
	"io"
	"os/exec"
	"runtime"
	"sync"
)

// runTied starts a command that ends with this process, and closes exited when
// it has ended. The kernel kills it when the *thread* that started it ends, so
// that thread is held for as long as the command runs.
func runTied(cmd *exec.Cmd, exited chan<- struct{}) error {
	tieToParent(cmd)
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait() // how it ended tells nothing that its log does not
		close(exited)
	}()
	return <-started
}

// tail passes on what is written and remembers the end of it for an error.
type tail struct {
	to io.Writer

	mu   sync.Mutex
	kept []byte
}

const tailBytes = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - tailBytes; extra > 0 {
		t.kept = t.kept[extra:]
	}
	t.mu.Unlock()
	return t.to.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
