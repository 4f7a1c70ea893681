package sched

import (
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestAmount(t *testing.T) {
	tests := []struct {
		resource string
		n        int64
		want     string
	}{
		{model.CPU, 1500, "1.5"}, {model.CPU, 191_450, "191.45"}, {model.CPU, 2000, "2"}, {model.CPU, 0, "0"},
		{model.Memory, 512 << 20, "512Mi"}, {model.Memory, 3 << 29, "1.5Gi"}, {model.Memory, 1 << 40, "1024Gi"}, {model.EphemeralStorage, 512 << 10, "0.5Mi"},
		{model.PodCount, 29, "29"}, {"nvidia.com/gpu", 1, "1"},
	}
	for _, test := range tests {
		if got := amount(test.resource, test.n); got != test.want {
			t.Errorf("%s %d = %q, want %q", test.resource, test.n, got, test.want)
		}
	}
}

func TestDollars(t *testing.T) {
	for micro, want := range map[int64]string{0: "$0.00/h", 100_000: "$0.10/h", 24_469: "$0.024469/h", 1_234_500_000: "$1234.50/h", 1_250_000: "$1.25/h"} {
		if got := dollars(micro); got != want {
			t.Errorf("%d = %q, want %q", micro, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	if got := cut("short"); got != "short" {
		t.Errorf("got %q", got)
	}
	got := cut(strings.Repeat("é", 2000))
	if len(got) > maxMessage || !strings.HasSuffix(got, "é...") {
		t.Errorf("%d bytes, ends %q", len(got), got[len(got)-8:])
	}
}

func TestAttempt(t *testing.T) {
	for launch, want := range map[string]int{"": 1, "l-12x0a1b": 1, "l-12x0a1b-a2": 2, "l-12x0a1b-a17": 17, "l-abc": 1, "junk-a": 1} {
		if got := attempt(launch); got != want {
			t.Errorf("%q = %d, want %d", launch, got, want)
		}
	}
}
