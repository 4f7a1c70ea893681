package pipeline_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"quamina.net/go/quamina"

	"github.com/slipway-dev/slipway/infra/pipeline"
	"github.com/slipway-dev/slipway/testevents"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden table; read the diff before you commit it")

// TestRulesByEvents matches every golden event against every rule, in-process, as EventBridge would. The table is
// for review: which event wakes which function.
func TestRulesByEvents(t *testing.T) {
	p := pipeline.New("slipway")
	matcher, err := quamina.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Rules {
		if err := matcher.AddPattern(r.Name, r.Pattern); err != nil {
			t.Fatalf("rule %s: %v", r.Name, err)
		}
	}
	paths, err := testevents.List("slipway", "aws.ec2", "unknown", "malformed")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, path := range paths {
		raw, err := testevents.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		matches, err := matcher.MatchesForEvent(raw)
		if err != nil { // no JSON object: EventBridge would not have taken it
			continue
		}
		names := []string{"-"}
		for i, m := range matches {
			names = append(names[:i], m.(string))
		}
		slices.Sort(names)
		fmt.Fprintf(&table, "%-45s %s\n", path, strings.Join(names, ", "))
	}
	const golden = "testdata/rules.txt"
	if *rewrite {
		if err := os.WriteFile(golden, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if table.String() != string(want) {
		t.Errorf("rules by events differ from %s (go test -run RulesByEvents -rewrite); got:\n%s", golden, table.String())
	}
}

// TestWhole checks what must hold together: every name that is referred to exists, queues and functions agree about
// time, and what the architecture calls traps is kept out.
func TestWhole(t *testing.T) {
	for _, fault := range faults(pipeline.New("slipway")) {
		t.Error(fault)
	}
}

// TestWholeSeesFaults breaks the description once for each check; each must be seen.
func TestWholeSeesFaults(t *testing.T) {
	breaks := map[string]func(*pipeline.Pipeline){
		"visibility below twice the timeout": func(p *pipeline.Pipeline) { p.Queues[0].Visibility = 31 * time.Second },
		"dead letters missing":               func(p *pipeline.Pipeline) { p.Queues[0].DeadLetters = "" },
		"dead letters of the other kind":     func(p *pipeline.Pipeline) { p.Queues[0].DeadLetters = "register-dead" },
		"rule to nowhere":                    func(p *pipeline.Pipeline) { p.Rules[0].Queue = "nowhere" },
		"FIFO rule without group":            func(p *pipeline.Pipeline) { p.Rules[0].Group = "" },
		"watchers multiply":                  func(p *pipeline.Pipeline) { p.Functions[0].Invoke.Retries = 1 },
		"batch too large for FIFO":           func(p *pipeline.Pipeline) { p.Functions[1].Source.BatchSize = 11 },
		"too few receives":                   func(p *pipeline.Pipeline) { p.Queues[0].MaxReceives = 1 },
		"schedule of an unknown function":    func(p *pipeline.Pipeline) { p.Schedules[0].Function = "nobody" },
		"sends to itself unsaid":             func(p *pipeline.Pipeline) { p.Functions[2].Recursive = false },
		"nowhere to give up to":              func(p *pipeline.Pipeline) { p.Functions[3].Rights = nil },
	}
	for name, mutate := range breaks {
		p := pipeline.New("slipway")
		mutate(&p)
		if len(faults(p)) == 0 {
			t.Errorf("%s: not seen", name)
		}
	}
}

func faults(p pipeline.Pipeline) []string {
	queues := map[string]pipeline.Queue{}
	for _, q := range p.Queues {
		queues[q.Name] = q
	}
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	for _, q := range p.Queues {
		if q.DeadLetters == "" {
			continue
		}
		if dead, ok := queues[q.DeadLetters]; !ok || dead.FIFO != q.FIFO {
			say("queue %s: dead letters %s are missing or of the other kind", q.Name, q.DeadLetters)
		}
		if q.MaxReceives < 5 {
			say("queue %s: a message that is put back behind another uses up its %d receives", q.Name, q.MaxReceives)
		}
	}
	for _, f := range p.Functions {
		switch {
		case f.Source != nil:
			q, ok := queues[f.Source.Queue]
			if !ok || q.DeadLetters == "" {
				say("function %s: its queue %q is missing or has no dead letters", f.Name, f.Source.Queue)
			}
			if q.Visibility < 2*f.Timeout {
				say("function %s: visibility %v of its queue is below twice its timeout %v", f.Name, q.Visibility, f.Timeout)
			}
			if q.FIFO && f.Source.BatchSize > 10 {
				say("function %s: a FIFO batch has at most 10", f.Name)
			}
		case f.Invoke == nil || queues[f.Invoke.OnFailure].Name == "":
			say("function %s: neither a queue nor an on-failure queue", f.Name)
		case !sendsTo(f, f.Invoke.OnFailure):
			say("function %s: Lambda may not send for it to %s", f.Name, f.Invoke.OnFailure)
		case f.Name == "observe" && (f.Invoke.Retries != 0 || f.Invoke.MaxAge > time.Minute):
			say("observe: retries multiply watchers")
		}
		if sendsToItself(f) != f.Recursive {
			say("function %s: Recursive is %t", f.Name, f.Recursive)
		}
	}
	for _, r := range p.Rules {
		q, toQueue := queues[r.Queue]
		_, toFunction := p.FunctionByName(r.Function)
		if toQueue == toFunction {
			say("rule %s: no target", r.Name)
		}
		if q.FIFO == (r.Group == "") {
			say("rule %s: a group for FIFO queues and only for them", r.Name)
		}
	}
	for _, s := range p.Schedules {
		if _, ok := p.FunctionByName(s.Function); s.Function != "" && !ok || s.Function == "" && s.Event == "" {
			say("schedule %s: nothing to do", s.Name)
		}
	}
	return all
}

func sendsToItself(f pipeline.Function) bool { return f.Source != nil && sendsTo(f, f.Source.Queue) }

func sendsTo(f pipeline.Function, queue string) bool {
	return slices.ContainsFunc(f.Rights, func(r pipeline.Right) bool {
		return r.Resource == "queue:"+queue && slices.Contains(r.Actions, "sqs:SendMessage")
	})
}
