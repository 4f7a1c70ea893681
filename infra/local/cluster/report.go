package cluster

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"
)

// secondsPerPackage is the work of one package on one core: 820 s for 2,500.
const secondsPerPackage = 0.33

// report reads what `go build -v` prints, a package path on each line as its
// compilation begins, and tells a person how far the build is.
type report struct {
	to    io.Writer
	total int
	begun time.Time

	mu    sync.Mutex
	rest  []byte // of a line not yet whole
	built int
	said  []string // lines that are no package: errors
}

func newReport(to io.Writer, total int) *report {
	r := &report{to: to, total: total, begun: time.Now()}
	fmt.Fprintf(to, "building the control plane, once: %s on %d cores\n", expectation(total, runtime.NumCPU()), runtime.NumCPU())
	return r
}

// expectation in words, for a build of so many packages.
func expectation(packages, cores int) string {
	wait := time.Duration(float64(packages) * secondsPerPackage / float64(cores) * float64(time.Second))
	if wait < time.Minute {
		return fmt.Sprintf("%d packages and a link, less than a minute", packages)
	}
	return fmt.Sprintf("%d packages, about %d minutes", packages, int(wait.Round(time.Minute).Minutes()))
}

// Write takes the build's output in pieces of any size.
func (r *report) Write(output []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rest = append(r.rest, output...)
	for {
		line, rest, whole := bytes.Cut(r.rest, []byte("\n"))
		if !whole {
			return len(output), nil
		}
		r.rest = rest
		if isPackage(string(line)) {
			r.built++
		} else {
			r.said = append(r.said, string(line))
		}
	}
}

// isPackage tells import paths from sentences.
func isPackage(line string) bool {
	return line != "" && !strings.HasPrefix(line, "#") && !strings.ContainsAny(line, " \t:")
}

// every prints the state now and then, until stop is called or ctx ends.
func (r *report) every(ctx context.Context, period time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		ticks := time.NewTicker(period)
		defer ticks.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
				fmt.Fprintln(r.to, r.state(time.Since(r.begun)))
			}
		}
	})
	return func() { cancel(); running.Wait() }
}

// state in words, after the time elapsed.
func (r *report) state(elapsed time.Duration) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	elapsed = elapsed.Round(time.Second)
	if r.built >= r.total {
		return fmt.Sprintf("  linking, %s", elapsed)
	}
	return fmt.Sprintf("  %d of %d packages, %s", r.built, r.total, elapsed)
}

// complaints is what the build said besides packages.
func (r *report) complaints() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.TrimSpace(strings.Join(r.said, "\n") + "\n" + string(r.rest))
}
