package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/events"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// within is how long a script waits if it does not say.
const within = 90 * time.Second

type command = func(ts *testscript.TestScript, neg bool, args []string)

func (r *run) commands() map[string]command {
	return map[string]command{
		"kubectl":    r.kubectl,
		"running":    r.running,
		"nodes":      r.nodes,
		"eventually": r.eventually,
		"stock":      r.stock,
		"restock":    r.restock,
		"publish":    r.publish,
		"say":        r.say,
		"timeline":   r.timeline,
		"fleet":      r.fleet,
		"refused":    r.refused,
		"consistent": r.consistent,
	}
}

func (r *run) kubectl(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(r.env.Kubernetes.Binary, append([]string{"kubectl"}, args...)...)
	if (err != nil) != neg {
		ts.Fatalf("kubectl %s: %v", strings.Join(args, " "), err)
	}
}

func (r *run) say(_ *testscript.TestScript, _ bool, args []string) {
	fmt.Fprintf(r.out, "\n== %s\n", strings.Join(args, " "))
}

func (r *run) timeline(*testscript.TestScript, bool, []string) {
	time.Sleep(400 * time.Millisecond) // what happened last is still on its way through the bus
	r.times.Print(r.out)
}

// eventually runs kubectl until its output matches.
func (r *run) eventually(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: eventually PATTERN WITHIN ARGS...")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	limit, err := time.ParseDuration(args[1])
	ts.Check(err)
	var output string
	r.wait(ts, limit, func() (bool, string) {
		if err := ts.Exec(r.env.Kubernetes.Binary, append([]string{"kubectl"}, args[2:]...)...); err != nil {
			return false, err.Error()
		}
		output = ts.ReadFile("stdout")
		return pattern.MatchString(output) != neg, fmt.Sprintf("output does not match %q:\n%s", args[0], output)
	})
}

func (r *run) stock(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: stock TYPE ZONE CAPACITY N")
	}
	any := strings.NewReplacer("*", "")
	n, err := strconv.Atoi(args[3])
	ts.Check(err)
	ts.Check(r.env.AWS.SetICE(r.ctx, emulator.Pool{
		Type: any.Replace(args[0]), Zone: any.Replace(args[1]), CapacityType: any.Replace(args[2]), Remaining: n,
	}))
}

func (r *run) restock(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(r.env.AWS.SetICE(r.ctx))
}

func (r *run) publish(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: publish DETAIL-TYPE [JSON]")
	}
	detail := map[string]any{}
	if len(args) == 2 {
		ts.Check(json.Unmarshal([]byte(args[1]), &detail))
	}
	head := events.NewHeader(events.Cluster{Key: r.env.Cluster.Key, Name: r.env.Cluster.Name}, strconv.FormatInt(time.Now().UnixNano(), 36), time.Now())
	raw, err := json.Marshal(head)
	ts.Check(err)
	ts.Check(json.Unmarshal(raw, &detail))
	body, err := json.Marshal(detail)
	ts.Check(err)
	ts.Check(r.env.Deployed.Publish(r.ctx, r.env.Clients, args[0], string(body)))
}

// wait asks done until it says yes, and fails with its last words when the limit is over.
func (r *run) wait(ts *testscript.TestScript, limit time.Duration, done func() (bool, string)) {
	deadline := time.Now().Add(limit)
	for {
		ok, state := done()
		if ok {
			return
		}
		if time.Now().After(deadline) || r.ctx.Err() != nil {
			r.times.Print(r.out)
			ts.Fatalf("not within %v: %s", limit, state)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func limitOf(ts *testscript.TestScript, args []string, i int) time.Duration {
	if len(args) <= i {
		return within
	}
	d, err := time.ParseDuration(args[i])
	ts.Check(err)
	return d
}
