package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/infra/local/binaries"
	"github.com/slipway-dev/slipway/infra/local/scenario"
)

// scenarios runs the scripts one after another, and fails if any did.
func scenarios(ctx context.Context, files []string) error {
	if len(files) == 0 {
		return errors.New("usage: local scenario FILES")
	}
	root, err := binaries.Root()
	if err != nil {
		return err
	}
	var failed []string
	for _, file := range files {
		began := time.Now()
		t := &script{}
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		t.try(func() {
			scenario.Run(ctx, t, file, scenario.Options{Dir: filepath.Join(root, ".run", "scenario-"+name), Output: os.Stdout})
		})
		verdict := "PASS"
		if t.failed {
			verdict, failed = "FAIL", append(failed, name)
			fmt.Println(t.log.String())
		}
		fmt.Printf("--- %s: %s (%.1fs)\n", verdict, name, time.Since(began).Seconds())
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d scenarios failed: %s", len(failed), len(files), strings.Join(failed, ", "))
	}
	return nil
}

// script is the testing.T of a script that runs outside of go test.
type script struct {
	failed bool
	log    strings.Builder
}

// stopped is what Fatal and Skip panic with, to leave the script as testing.T does.
type stopped struct{}

func (s *script) try(do func()) {
	defer func() {
		if p := recover(); p != nil && p != (stopped{}) {
			panic(p)
		}
	}()
	do()
}

func (s *script) Skip(args ...any)  { s.Log(args...); panic(stopped{}) }
func (s *script) Fatal(args ...any) { s.Log(args...); s.FailNow() }
func (s *script) Parallel()         {}
func (s *script) Log(args ...any)   { fmt.Fprintln(&s.log, args...) }
func (s *script) FailNow()          { s.failed = true; panic(stopped{}) }
func (s *script) Verbose() bool     { return false }

func (s *script) Run(_ string, do func(testscript.T)) { s.try(func() { do(s) }) }
