package settings

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	defaults := Serve{
		Dir:               "/x",
		NodeMonitorPeriod: time.Second,
		NodeMonitorGrace:  50 * time.Second,
		PodMaxBackoff:     10 * time.Second,
	}
	with := func(change func(*Serve)) Serve {
		s := defaults
		change(&s)
		return s
	}
	for _, c := range []struct {
		args string
		want Serve
	}{
		{"-dir /x", defaults},
		{"-dir x", with(func(s *Serve) { s.Dir = filepath.Join(here, "x") })},
		{"-dir /x -port 6443", with(func(s *Serve) { s.Port = 6443 })},
		{"-dir /x -auth-webhook http://127.0.0.1:1/token", with(func(s *Serve) { s.AuthWebhook = "http://127.0.0.1:1/token" })},
		{"-dir /x -node-monitor-period 2s -node-monitor-grace-period 9s", with(func(s *Serve) {
			s.NodeMonitorPeriod, s.NodeMonitorGrace = 2*time.Second, 9*time.Second
		})},
		{"-dir /x -pod-max-backoff 1s -until-eof", with(func(s *Serve) { s.PodMaxBackoff, s.UntilEOF = time.Second, true })},
	} {
		got, err := Parse(strings.Fields(c.args), io.Discard)
		if err != nil || got != c.want {
			t.Errorf("Parse(%s) = %+v, %v\nwant %+v", c.args, got, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"", "-dir is required"},
		{"-dir /x more", `"more"`},
		{"-dir /x -port 65536", "65536 is not a port"},
		{"-dir /x -port -1", "-1 is not a port"},
		{"-dir /x -auth-webhook 127.0.0.1:1", "not an http URL"},
		{"-dir /x -auth-webhook /token", "not an http URL"},
		{"-dir /x -node-monitor-period 0s", "longer than nothing"},
		{"-dir /x -node-monitor-period 9s -node-monitor-grace-period 9s", "must be longer"},
		{"-dir /x -pod-max-backoff 1500ms", "whole number of seconds"},
		{"-dir /x -pod-max-backoff 0s", "at least one"},
		{"-dir /x -colour red", "colour"},
	} {
		_, err := Parse(strings.Fields(c.args), io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("Parse(%s): %v, want an error that says %q", c.args, err, c.says)
		}
	}
}

func TestParseHelp(t *testing.T) {
	var usage strings.Builder
	if _, err := Parse([]string{"-h"}, &usage); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v, want flag.ErrHelp", err)
	}
	if !strings.Contains(usage.String(), "-auth-webhook") {
		t.Errorf("the usage names no flags: %s", usage.String())
	}
}
