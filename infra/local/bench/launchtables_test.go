package main

import (
	"strings"
	"testing"
	"time"
)

// TestTables prints 3 plain rounds, one of which had to read the cluster's registration again.
func TestTables(t *testing.T) {
	plain, err := who.trace(after(0), round())
	if err != nil {
		t.Fatal(err)
	}
	again := call("slipway-provision", "GetItem", 57, 59)
	odd, err := who.trace(after(0), append(round(), again))
	if err != nil {
		t.Fatal(err)
	}
	node := 400 * time.Millisecond
	rounds := []launched{{plain, node}, {plain, node}, {odd, node}}
	for i := range rounds {
		for k := range rounds[i].before {
			c := &rounds[i].before[k]
			c.Service = map[string]string{"UpdateItem": "dynamodb", "TransactWriteItems": "dynamodb", "GetItem": "dynamodb", "GetObject": "s3"}[c.Action]
		}
	}
	var out strings.Builder
	for _, table := range tables(rounds, []time.Duration{90 * time.Millisecond}) {
		table.print(&out)
	}
	for _, line := range []string{
		"CreateFleet received 120.0 ms 120.0 ms 250.0 ms 0.48 met",
		"our own (observe, provision) 109.0 ms 109.0 ms 100.0 ms 1.09 missed",
		"bus and queue 11.0 ms 11.0 ms",
		"Node object, less stand-ins' delays 400.0 ms 400.0 ms",
		"left out, since a tick or another event met the pod: 1, p50 90.0 ms, longest 90.0 ms",
		"provision: poller has the message -> first call received 9.0 ms 9.0 ms 8 %",
		"provision: dynamodb:TransactWriteItems received -> CreateFleet received 20.0 ms 20.0 ms 17 %",
		"dynamodb:UpdateItem 1.00 3 of 3 4.0 ms 4.0 ms the ledger",
		"dynamodb:GetItem 0.33 1 of 3 2.0 ms 2.0 ms",
		"one after another: p50 2 of the ledger, 0 others; goal 2; 1.00 of it, met",
	} {
		if !strings.Contains(spaced(out.String()), line) {
			t.Errorf("no line %q in\n%s", line, out.String())
		}
	}
}

// spaced has single spaces between words.
func spaced(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}
