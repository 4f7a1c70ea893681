package timeline

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// TestPrint: in order of time, whatever the order of arrival; milliseconds since the last beginning, of which two within a moment
// are one; once only.
func TestPrint(t *testing.T) {
	tl := New()
	tl.Add(Entry{At: noon.Add(120 * time.Millisecond), Who: "provision", What: "decided: 1 claim\n1 node for 3 pods"})
	tl.Add(Entry{At: noon.Add(time.Millisecond), Who: "pods", What: "3 of shop/web unschedulable", Begin: true})
	tl.Add(Entry{At: noon, Who: "observe", What: "3 pods without a place"})
	tl.Once("joined 1", Entry{At: noon.Add(3 * time.Second), Who: "node", What: "n1 joined"})
	tl.Once("joined 1", Entry{At: noon.Add(9 * time.Second), Who: "node", What: "n1 joined"})
	tl.Add(Entry{At: noon.Add(time.Minute), Who: "pods", What: "1 of shop/web unschedulable", Begin: true})
	tl.Add(Entry{At: noon.Add(time.Minute + 5*time.Millisecond), Who: "observe", What: "1 pod without a place"})
	var out strings.Builder
	tl.Print(&out)
	want := `12:00:00.000
       +0 ms  observe    3 pods without a place
       +1 ms  pods       3 of shop/web unschedulable
     +120 ms  provision  decided: 1 claim
                         1 node for 3 pods
    +3000 ms  node       n1 joined
12:01:00.000
       +0 ms  pods       1 of shop/web unschedulable
       +5 ms  observe    1 pod without a place
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	out.Reset()
	if tl.Print(&out); out.Len() > 0 {
		t.Errorf("printed twice:\n%s", out.String())
	}
	if !tl.Matches(regexp.MustCompile("n1 joined$")) || tl.Matches(regexp.MustCompile("n2")) {
		t.Error("Matches does not look at what was printed")
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 nodes", 1: "1 node", 2: "2 nodes"} {
		if got := Count(n, "node"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
