package sched_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the expected output in testdata; read the difference before you commit it")

// TestScripts runs testdata/*.txt, except the catalog. A script is blocks, with a blank line between: commands, a
// line ----, and what they print. The world stays from block to block; world_test.go has the commands.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 2 {
		t.Fatalf("scripts: %v %v", files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if name == "catalog" {
			continue
		}
		t.Run(name, func(t *testing.T) { runScript(t, file) })
	}
}

func runScript(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	var out []string
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		input, want, scripted := strings.Cut(block, "\n----")
		if !scripted && strings.HasPrefix(input, "#") && !strings.Contains(input, "\n") {
			out = append(out, input)
			continue
		}
		got := strings.TrimSuffix(w.run(input), "\n")
		if got != "" {
			got = "\n" + got
		}
		if !*rewrite && got != strings.TrimRight(want, "\n") {
			t.Errorf("%s:\n%s\n---- got:%s\n---- want:%s", file, input, got, want)
		}
		if got != "" {
			input += "\n----" + got
		}
		out = append(out, input)
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
