package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process of a function: a child of ours.
type process struct {
	pid    int
	frozen bool
	peak   int64 // the most memory that it ever held, bytes (VmHWM of proc(5))
}

// processesOf are our children that run the binary. One that ends meanwhile is left out.
func processesOf(binary string) ([]process, error) {
	status, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		return nil, err
	}
	var found []process
	for _, file := range status {
		folder := filepath.Dir(file)
		// The binary may have been replaced by a newer build since.
		exe, err := os.Readlink(folder + "/exe")
		if err != nil || strings.TrimSuffix(exe, " (deleted)") != binary {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		fields := statusFields(string(raw))
		if fields["PPid"] != strconv.Itoa(os.Getpid()) {
			continue
		}
		p, err := readProcess(fields)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		found = append(found, p)
	}
	return found, nil
}

// statusFields reads the lines "Name:   value" of a process's status.
func statusFields(text string) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		fields[name] = strings.TrimSpace(value)
	}
	return fields
}

func readProcess(fields map[string]string) (process, error) {
	pid, err := strconv.Atoi(fields["Pid"])
	if err != nil {
		return process{}, fmt.Errorf("pid: %w", err)
	}
	peak, err := strconv.ParseInt(strings.TrimSuffix(fields["VmHWM"], " kB"), 10, 64)
	if err != nil {
		return process{}, fmt.Errorf("peak memory: %w", err)
	}
	return process{pid: pid, frozen: strings.HasPrefix(fields["State"], "T"), peak: peak << 10}, nil
}

// renew ends the function's processes, so that its next invocation finds a new one, as after a deployment. One that
// is at work is waited for: killed, it would keep its messages in the queue until their visibility timeout.
func renew(binary string) error {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		all, err := processesOf(binary)
		if err != nil || len(all) == 0 {
			return err
		}
		for _, p := range all {
			if !p.frozen {
				continue
			}
			if err := syscall.Kill(p.pid, syscall.SIGKILL); err != nil {
				return fmt.Errorf("end process %d: %w", p.pid, err)
			}
		}
	}
	return fmt.Errorf("processes of %s are still at work after a minute", binary)
}

// peak is the most memory that any process of the function ever held, in bytes.
func peak(binary string) (int64, error) {
	all, err := processesOf(binary)
	if err != nil {
		return 0, err
	}
	var most int64
	for _, p := range all {
		most = max(most, p.peak)
	}
	if most == 0 {
		return 0, fmt.Errorf("no process of %s is there", binary)
	}
	return most, nil
}
