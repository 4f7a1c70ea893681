package observe_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/*.txt; read the difference before committing it")

// TestScenarios runs the files in testdata: lines of commands, and after each wait, indented, what was seen by then,
// at which second. Time is virtual. The commands:
//
//	cluster NAME          registers a cluster; the commands below are about the one named last
//	unregister NAME
//	recreate NAME         another cluster is registered under the name
//	restore               the cluster's store is set back to an older version
//	use NAME
//	down, up              nothing of the cluster answers; it does again
//	cut                   the server ends all watches
//	compact               versions that are known by now are too old to go on from
//	without KIND, with KIND    the kind's definition is not installed; it is
//	pod|node|claim|pool|class NAME WORDS    makes, changes or (word deleted) deletes an object; see the words' methods
//	watch NAME [FOR]      an invocation in watch mode
//	poll NAME             an invocation in poll mode
//	bus down, bus lame, bus up, ledger down, ledger up    lame: fails after a second
//	wait DURATION
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scenarios: %d, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, string(text)) })
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); diff != "" && !*rewrite {
				t.Errorf("%s: -want +got:\n%s", file, diff)
			}
		})
	}
}

// play runs a scenario and returns it with what was seen.
func play(t *testing.T, text string) string {
	w := newWorld(t.Context())
	defer w.end()
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "\t") {
			continue
		}
		out.WriteString(line)
		command := strings.Fields(line)
		if len(command) == 0 || command[0] == "#" {
			continue
		}
		if err := w.run(command[0], command[1:]); err != nil {
			t.Fatalf("%s: %v", strings.TrimSpace(line), err)
		}
		synctest.Wait()
		for _, seen := range w.take() {
			fmt.Fprintf(&out, "\t%s\n", seen)
		}
	}
	return out.String()
}
