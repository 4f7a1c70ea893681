package main

import (
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	tab := newTable("Title", "what", "p50", "of the goal")
	ratio, verdict := against(25, 250)
	tab.row("short", ms(1500*time.Microsecond), ratio+" "+verdict)
	ratio, verdict = against(300, 250)
	tab.row("rather long", ms(100*time.Millisecond), ratio+" "+verdict)
	tab.note("%d rounds", 3)
	var out strings.Builder
	tab.print(&out)
	want := `
Title
  what               p50   of the goal
  short           1.5 ms      0.10 met
  rather long   100.0 ms   1.20 missed
  3 rounds
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

// TestAgainst: a number that just reaches its goal has met it.
func TestAgainst(t *testing.T) {
	for got, want := range map[float64]string{0: "met", 250: "met", 250.1: "missed"} {
		if _, verdict := against(got, 250); verdict != want {
			t.Errorf("%v of 250: %s", got, verdict)
		}
	}
}
