package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// tables of the launches: the goals, where the time goes, and the calls.
func tables(rounds []launched, shared []time.Duration) []*table {
	return []*table{goals(rounds, shared), steps(rounds), calls(rounds)}
}

func goals(rounds []launched, shared []time.Duration) *table {
	t := newTable("Pod seen unschedulable -> ...", "", "p50", "p99", "goal (p50)", "p50/goal", "")
	line := func(what string, goal time.Duration, of func(launched) time.Duration) {
		values := each(rounds, of)
		p50, p99 := quantile(values, 0.5), quantile(values, 0.99)
		if goal == 0 {
			t.row(what, ms(p50), ms(p99), "", "", "")
			return
		}
		ratio, verdict := against(float64(p50), float64(goal))
		t.row(what, ms(p50), ms(p99), ms(goal), ratio, verdict)
	}
	line("CreateFleet received", allGoal, func(r launched) time.Duration { return r.all() })
	line("  our own (observe, provision)", ownGoal, func(r launched) time.Duration { return r.own() })
	line("    of it, calls with the AWS emulator", 0, func(r launched) time.Duration { return r.answers() })
	line("  bus and queue", 0, func(r launched) time.Duration { return r.carried() })
	line("Node object, less stand-ins' delays", 0, func(r launched) time.Duration { return r.node })
	t.note("%d rounds, warm; p50 and p99 of each line by itself, so that lines need not add up; p99 of at most 100 is the worst", len(rounds))
	t.note("Node object: without EC2's run delay and the boot delay (%v each); the look at EC2 every 200 ms is contained", runDelay)
	if len(shared) > 0 {
		t.note("left out, since a tick or another event met the pod: %d, p50 %s, longest %s", len(shared), ms(quantile(shared, 0.5)), ms(slices.Max(shared)))
	}
	return t
}

// steps are the path's, one after another.
func steps(rounds []launched) *table {
	t := newTable("Where the time goes", "", "p50", "p99", "share of p50s")
	type step struct {
		what string
		of   func(launched) time.Duration
	}
	all := []step{
		{"observe: seen -> PutEvents received (20 ms of it wait for more)", func(r launched) time.Duration { return r.published.Sub(r.unschedulable) }},
		{"bus and queue: PutEvents received -> poller has the message", func(r launched) time.Duration { return r.carried() }},
		{"provision: poller has the message -> first call received", func(r launched) time.Duration { return r.asked.Sub(r.handed) }},
	}
	// All rounds but those with a refreshed session or registration make the same calls, which names the steps.
	usual := usualCalls(rounds)
	for i, name := range usual {
		all = append(all, step{"provision: " + name + " received -> " + next(usual, i) + " received", func(r launched) time.Duration {
			if !slices.Equal(names(r.before), usual) {
				return -1
			}
			if i+1 == len(usual) {
				return r.fleet.Sub(r.before[i].Received())
			}
			return r.before[i+1].Received().Sub(r.before[i].Received())
		}})
	}
	all = append(all, step{"EC2: CreateFleet received -> answered (not contained above)", func(r launched) time.Duration { return r.answered.Sub(r.fleet) }})
	whole := quantile(each(rounds, func(r launched) time.Duration { return r.all() }), 0.5)
	for _, s := range all {
		values := slices.DeleteFunc(each(rounds, s.of), func(d time.Duration) bool { return d < 0 })
		p50 := quantile(values, 0.5)
		t.row(s.what, ms(p50), ms(quantile(values, 0.99)), fmt.Sprintf("%.0f %%", 100*float64(p50)/float64(whole)))
	}
	return t
}

func next(names []string, i int) string {
	if i+1 < len(names) {
		return names[i+1]
	}
	return "CreateFleet"
}

// calls before CreateFleet, by their names.
func calls(rounds []launched) *table {
	t := newTable("AWS calls of provision before CreateFleet, warm", "", "a round", "rounds with it", "p50", "p99", "")
	took, with, total := map[string][]time.Duration{}, map[string]int{}, map[string]int{}
	for _, r := range rounds {
		for _, c := range r.before {
			took[nameOf(c)] = append(took[nameOf(c)], c.Took())
			total[nameOf(c)]++
		}
		for _, name := range slices.Compact(slices.Sorted(slices.Values(names(r.before)))) {
			with[name]++
		}
	}
	var all []string
	for name := range total {
		all = append(all, name)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b)) })
	for _, name := range all {
		t.row(name, fmt.Sprintf("%.2f", float64(total[name])/float64(len(rounds))), fmt.Sprintf("%d of %d", with[name], len(rounds)),
			ms(quantile(took[name], 0.5)), ms(quantile(took[name], 0.99)), role(name))
	}
	ledger := each(rounds, func(r launched) int { return countRole(r.before, ledgerCall) })
	other := each(rounds, func(r launched) int { return countRole(r.before, "") })
	ratio, verdict := against(float64(quantile(ledger, 0.5)+quantile(other, 0.5)), 2)
	t.note("one after another: p50 %d of the ledger, %d others; goal 2; %s of it, %s", quantile(ledger, 0.5), quantile(other, 0.5), ratio, verdict)
	return t
}

const (
	ledgerCall  = "the ledger"
	catalogCall = "catalog revalidated, beside the LISTs"
	recordCall  = "decision record, beside the launch"
)

// role of a call in a warm decision; empty for one that a warm decision should not need.
func role(name string) string {
	switch name {
	case "dynamodb:UpdateItem", "dynamodb:TransactWriteItems":
		return ledgerCall
	case "s3:GetObject":
		return catalogCall
	case "s3:PutObject":
		return recordCall
	}
	return ""
}

func countRole(calls []emulator.Call, want string) int {
	n := 0
	for _, c := range calls {
		if role(nameOf(c)) == want {
			n++
		}
	}
	return n
}

func nameOf(c emulator.Call) string { return c.Service + ":" + c.Action }

func names(calls []emulator.Call) []string {
	return each(calls, nameOf)
}

// usualCalls are the calls, in order, that most rounds made.
func usualCalls(rounds []launched) []string {
	count := map[string]int{}
	var usual []string
	most := 0
	for _, r := range rounds {
		key := fmt.Sprint(names(r.before))
		if count[key]++; count[key] > most {
			most, usual = count[key], names(r.before)
		}
	}
	return usual
}

func each[T, V any](items []T, of func(T) V) []V {
	out := make([]V, len(items))
	for i, item := range items {
		out[i] = of(item)
	}
	return out
}
