// Package progress tells people what takes time. On a terminal the line that says what is being done is replaced by
// the one that says how long it took; anywhere else (a file, a pipe, a CI log) there is one line for each finished
// step and no control characters.
package progress

import (
	"fmt"
	"io"
	"os"
	"time"
)

// Begin says what begins, on a terminal, and returns the function that says that it is done.
//
//	defer progress.Begin(w, "the control plane")()
func Begin(w io.Writer, what string) (done func()) {
	began, live := time.Now(), Terminal(w)
	if live {
		fmt.Fprintf(w, "  %-28s ...", what)
	}
	return func() {
		if live {
			fmt.Fprint(w, "\r\033[K")
		}
		fmt.Fprintf(w, "  %-28s %6.1f s\n", what, time.Since(began).Seconds())
	}
}

// Terminal reports whether somebody watches what is written there.
func Terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0 && os.Getenv("TERM") != "dumb"
}
