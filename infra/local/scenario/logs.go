package scenario

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func (r *run) logged(ts *testscript.TestScript, neg bool, args []string) {
	expect(ts, args, 2, 3, "logged FUNCTION PATTERN [WITHIN]")
	want := pattern(ts, args[1])
	if neg {
		never(ts, want.MatchString(r.log(ts, args[0])), "the log of %s matches %q", args[0], args[1])
		return
	}
	r.wait(ts, limit(ts, args, 2), func() (bool, string) {
		return want.MatchString(r.log(ts, args[0])), fmt.Sprintf("no line of %s's log matches %q", args[0], args[1])
	})
}

func (r *run) metric(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 3, 4, "metric FUNCTION NAME MIN [WITHIN]")
	least := float64(number(ts, args[2]))
	r.wait(ts, limit(ts, args, 3), func() (bool, string) {
		sum := sumOf(r.log(ts, args[0]), args[1])
		return sum >= least, fmt.Sprintf("%s has counted %s to %g, want at least %g", args[0], args[1], sum, least)
	})
}

// sumOf adds up a metric's values, as CloudWatch would find them in a log (embedded metric format).
func sumOf(log, metric string) float64 {
	var sum float64
	for line := range strings.Lines(log) {
		var fields map[string]json.RawMessage
		if json.Unmarshal([]byte(line), &fields) != nil || fields["_aws"] == nil {
			continue
		}
		var values []float64
		if json.Unmarshal(fields[metric], &values) != nil {
			continue
		}
		for _, v := range values {
			sum += v
		}
	}
	return sum
}

func (r *run) log(ts *testscript.TestScript, function string) string {
	if _, ok := r.env.Functions[function]; !ok {
		ts.Fatalf("there is no function %q", function)
	}
	raw, err := os.ReadFile(r.env.LogFile(function))
	ts.Check(err)
	return string(raw)
}
