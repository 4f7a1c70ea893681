package cluster

import (
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	var said strings.Builder
	r := newReport(&said, 3)
	if !strings.Contains(said.String(), "3 packages") {
		t.Errorf("the first line gives no expectation: %q", said.String())
	}
	for _, piece := range []string{"k8s.io/api/co", "re/v1\nio\n", "# k8s.io/x\nx.go:1:2: broken\n"} {
		if n, err := r.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
	}
	if got := r.state(65 * time.Second); got != "  2 of 3 packages, 1m5s" {
		t.Errorf("state: %q", got)
	}
	if got := r.complaints(); got != "# k8s.io/x\nx.go:1:2: broken" {
		t.Errorf("complaints: %q", got)
	}
	if _, err := r.Write([]byte("example.com/m\n")); err != nil {
		t.Fatal(err)
	}
	if got := r.state(time.Minute); got != "  linking, 1m0s" {
		t.Errorf("after the last package: %q", got)
	}
}

func TestExpectation(t *testing.T) {
	for _, c := range []struct {
		packages, cores int
		want            string
	}{
		{2500, 2, "2500 packages, about 7 minutes"},
		{2500, 16, "2500 packages and a link, less than a minute"},
		{1, 2, "1 packages and a link, less than a minute"},
	} {
		if got := expectation(c.packages, c.cores); got != c.want {
			t.Errorf("%d packages on %d cores: %q, want %q", c.packages, c.cores, got, c.want)
		}
	}
}
