package scenario

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func (r *run) kubectl(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(r.env.Kubernetes.Binary, append([]string{"kubectl"}, args...)...)
	if (err != nil) != neg {
		ts.Fatalf("kubectl %s: %v", strings.Join(args, " "), err)
	}
}

func (r *run) show(ts *testscript.TestScript, neg bool, args []string) {
	r.kubectl(ts, neg, args)
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		fmt.Fprintln(r.out, strings.TrimRight("  "+line, " \n"))
	}
}

func (r *run) eventually(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: eventually PATTERN WITHIN ARGS...")
	}
	want, limit := pattern(ts, args[0]), limit(ts, args, 1)
	r.wait(ts, limit, func() (bool, string) {
		if err := ts.Exec(r.env.Kubernetes.Binary, append([]string{"kubectl"}, args[2:]...)...); err != nil {
			return false, err.Error()
		}
		output := ts.ReadFile("stdout")
		return want.MatchString(output) != neg, fmt.Sprintf("output, by pattern %q:\n%s", args[0], output)
	})
}

// get reads what the API server answers to GET on a path.
func (r *run) get(path string, into any) error {
	raw, err := r.env.Client.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(r.ctx)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
