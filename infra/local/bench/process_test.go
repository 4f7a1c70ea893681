package main

import (
	"os/exec"
	"testing"
)

// TestProcesses plays a function by a program that waits.
func TestProcesses(t *testing.T) {
	binary, err := exec.LookPath("cat")
	if err != nil {
		t.Skip("no cat here:", err)
	}
	if _, err := peak(binary); err == nil {
		t.Fatal("a peak without a process")
	}
	cmd := exec.Command(binary)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	all, err := processesOf(binary)
	if err != nil || len(all) != 1 || all[0].pid != cmd.Process.Pid || all[0].frozen {
		t.Fatalf("%+v, %v", all, err)
	}
	if most, err := peak(binary); err != nil || most < 100<<10 || most > 1<<30 {
		t.Errorf("peak %d, %v", most, err)
	}
}

func TestReadProcess(t *testing.T) {
	fields := statusFields("Name:\tbootstrap\nState:\tT (stopped)\nPid:\t42\nPPid:\t7\nVmHWM:\t   51200 kB\n")
	p, err := readProcess(fields)
	if err != nil || p != (process{pid: 42, frozen: true, peak: 50 << 20}) {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := readProcess(map[string]string{"Pid": "42"}); err == nil {
		t.Error("no error without a peak")
	}
}
