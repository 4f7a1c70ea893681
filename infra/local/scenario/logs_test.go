package scenario

import "testing"

// TestSumOf: only embedded metrics count, all values of all lines.
func TestSumOf(t *testing.T) {
	const log = `{"EventsKept":[1],"_aws":{},"Kind":"Tick"}
{"EventsKept":[2,3],"OwnTime":[9.5],"_aws":{}}
{"EventsKept":[100],"msg":"no metric without _aws"}
{"EventsKept":"text","_aws":{}}
panic: EventsKept [100]
`
	for metric, want := range map[string]float64{"EventsKept": 6, "OwnTime": 9.5, "Other": 0} {
		if got := sumOf(log, metric); got != want {
			t.Errorf("%s: %g, want %g", metric, got, want)
		}
	}
}
