package deploy_test

import (
	"fmt"
	"slices"
	"strings"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/pipeline"
)

// described is the pipeline's description, a line for each resource.
func described(p pipeline.Pipeline) []string {
	var lines []string
	for _, q := range p.Queues {
		dead := ""
		if q.DeadLetters != "" {
			dead = fmt.Sprintf("%s after %d", queueName(p, q.DeadLetters), q.MaxReceives)
		}
		lines = append(lines, queueLine(queueName(p, q.Name), int(q.Visibility.Seconds()), int(q.Retention.Seconds()), dead))
	}
	for _, f := range p.Functions {
		if f.Invoke != nil { // Lambda's own queue; not the pipeline's, but there
			lines = append(lines, queueLine("lambda-async-"+p.Name(f.Name), 900, 345600, ""))
		}
	}
	for _, r := range p.Rules {
		target := "lambda-async-" + p.Name(r.Function)
		if r.Queue != "" {
			target = queueName(p, r.Queue)
		}
		lines = append(lines, ruleLine(p.Name(r.Name), "ENABLED", r.Pattern, target, r.Group))
	}
	for _, s := range p.Schedules {
		name, target := p.Name(s.Name), "event-bus/"+p.Bus()
		if s.PerCluster {
			name += "-" + demo.Key
		}
		if s.Function != "" {
			target = "function:" + p.Name(s.Function)
		}
		unit := "minutes"
		if s.Rate.Minutes() == 1 {
			unit = "minute"
		}
		lines = append(lines, fmt.Sprintf("schedule %s rate(%g %s) to %s", name, s.Rate.Minutes(), unit, target))
	}
	lines = append(lines, "table "+p.Ledger()+" by pk, sk; expires", "bucket "+p.Name(emulator.Account))
	slices.Sort(lines)
	return lines
}

func queueName(p pipeline.Pipeline, name string) string {
	for _, q := range p.Queues {
		if q.Name == name && q.FIFO {
			return p.Name(name) + ".fifo"
		}
	}
	return p.Name(name)
}

func queueLine(name string, visibility, retention int, dead string) string {
	return strings.TrimSpace(fmt.Sprintf("queue %s hides %d s, keeps %d s %s", name, visibility, retention, dead))
}

func ruleLine(name, state, pattern, target, group string) string {
	return strings.TrimSpace(fmt.Sprintf("rule %s %s %s to %s %s", name, state, pattern, target, group))
}
