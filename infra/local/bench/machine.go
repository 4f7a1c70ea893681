package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine says where the numbers come from: without that they mean nothing to anybody else.
func machine() string {
	return fmt.Sprintf("%d CPUs (%s), %s, load at the beginning: %s", runtime.NumCPU(), runtime.GOARCH, runtime.Version(), load())
}

// load is how many processes wanted to run in the last 1, 5 and 15 minutes. Numbers taken while it was above the
// number of CPUs tell more about the others than about us.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(raw))
	if err != nil || len(fields) < 3 {
		return "unknown"
	}
	return strings.Join(fields[:3], " ")
}
