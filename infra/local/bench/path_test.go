package main

import (
	"errors"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/events"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

var (
	zero = time.UnixMilli(1_800_000_000_000)
	who  = caller{provision: "slipway-provision", queue: "/slipway-provision.fifo"}
)

func after(ms float64) time.Time { return zero.Add(time.Duration(ms * float64(time.Millisecond))) }

// call received and answered so many milliseconds after zero.
func call(caller, action string, start, end float64) emulator.Call {
	base := float64(zero.UnixMilli())
	return emulator.Call{Caller: caller, Action: action, StartMS: base + start, EndMS: base + end}
}

func put(kinds string, start, end float64) emulator.Call {
	c := call("", "PutEvents", start, end)
	c.Parameters = map[string]string{"detailTypes": kinds}
	return c
}

func poll(start, end float64) emulator.Call {
	c := call("", "ReceiveMessage", start, end)
	c.Parameters = map[string]string{"queue": "http://127.0.0.1:1/123456789012/slipway-provision.fifo"}
	return c
}

// round is the log of a plain one, with what machines and other functions call in between.
func round() []emulator.Call {
	return []emulator.Call{
		put("Pods Pending", -400, -390), // the round before's
		poll(-1500, -20),
		call("", "DescribeInstances", 10, 60),
		put("Node Changed", 20, 25),
		put("Node Changed,Pods Pending", 40, 52),
		poll(-20, 51),
		call("slipway-provision", "UpdateItem", 60, 64),
		call("slipway-provision", "GetObject", 63, 70),
		call("slipway-register", "GetItem", 65, 69),
		poll(52, 68), // the other poller's, empty
		call("slipway-provision", "TransactWriteItems", 100, 106),
		call("slipway-provision", "CreateFleet", 120, 140),
		call("slipway-provision", "UpdateItem", 145, 150),
	}
}

func TestTrace(t *testing.T) {
	p, err := who.trace(after(0), round())
	if err != nil {
		t.Fatal(err)
	}
	for what, d := range map[string][2]time.Duration{
		"all":     {p.all(), 120 * time.Millisecond},
		"own":     {p.own(), (40 + 69) * time.Millisecond},
		"carried": {p.carried(), 11 * time.Millisecond},
		"answers": {p.answers(), (10 + 6) * time.Millisecond}, // the lane's and the catalog's overlap by 1
	} {
		if diff := (d[0] - d[1]).Abs(); diff > time.Microsecond {
			t.Errorf("%s: %v, want %v", what, d[0], d[1])
		}
	}
	if len(p.before) != 3 {
		t.Errorf("%d calls before CreateFleet, want 3: %+v", len(p.before), p.before)
	}
	if got := p.answered.Sub(p.fleet).Round(time.Millisecond); got != 20*time.Millisecond {
		t.Errorf("CreateFleet took %v", got)
	}
}

func TestTraceRefuses(t *testing.T) {
	tests := map[string]struct {
		calls []emulator.Call
		want  error
	}{
		"no calls":          {nil, errNoFleet},
		"a fleet of before": {[]emulator.Call{call("slipway-provision", "CreateFleet", -5, 5)}, errNoFleet},
		"somebody else's":   {[]emulator.Call{call("slipway-disrupt", "CreateFleet", 5, 9)}, errNoFleet},
		"a tick in between": {append(round(), put(events.KindTick, 30, 35)), errShared},
		"a tick just before": {
			append(round(), put(events.KindCatalogChanged, -100, -90)), errShared,
		},
		"decided before observe said anything": {round()[5:], errShared},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if p, err := who.trace(after(0), tt.calls); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v; %+v", err, tt.want, p)
			}
		})
	}
}
