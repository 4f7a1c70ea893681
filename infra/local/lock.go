package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// errTaken is what take says when another process has the folder.
var errTaken = errors.New("another environment has this folder")

// lockFile is beside the folder, which comes and goes. The process that has the folder holds a record lock on the
// file, and whoever asks the kernel for it learns the process's id, without touching the lock. It is gone when the
// process is, however it ended; an id that is written down may by then name a zombie, or a stranger.
func lockFile(dir string) string { return dir + ".lock" }

// take takes the folder for as long as this process lives, or until the lock is closed. A process must not call
// holder for a folder that it has: closing any file frees all locks that its process has on it.
func take(dir string) (io.Closer, error) {
	file, err := os.OpenFile(lockFile(dir), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, whole())
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		err = errTaken
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", dir, err), file.Close())
	}
	return file, nil
}

// holder is the id of the process that has the folder; 0 if none has.
func holder(dir string) int {
	file, err := os.Open(lockFile(dir))
	if err != nil {
		return 0
	}
	defer file.Close()
	lock := whole()
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_GETLK, lock); err != nil || lock.Type == syscall.F_UNLCK {
		return 0
	}
	return int(lock.Pid)
}

// whole is an exclusive lock on the whole file.
func whole() *syscall.Flock_t { return &syscall.Flock_t{Type: syscall.F_WRLCK} }
