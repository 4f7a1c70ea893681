// Package pipeline describes, as plain data, everything that Slipway is made of in an account: functions, the bus,
// rules, queues, schedules, permissions. It is the only description: the CDK stacks (infra/stack), the local runner
// (infra/local) and the simulator (infra/world) are all made from it, so that what runs locally is what is deployed.
//
// Names here are short ("provision", "provision-dead"); Name puts the deployment's prefix in front of them, for all
// resources alike.
package pipeline

import (
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/config"
)

// Pipeline is one deployment's pipeline.
type Pipeline struct {
	Prefix    string
	Functions []Function
	Queues    []Queue
	Rules     []Rule
	Schedules []Schedule
}

// New describes the pipeline under a prefix, which is also the name of its bus.
func New(prefix string) Pipeline {
	return Pipeline{
		Prefix:    prefix,
		Functions: functions(),
		Queues:    queues(),
		Rules:     rules(),
		Schedules: schedules(),
	}
}

// Name is the deployed name of the thing that is called so in this package.
func (p Pipeline) Name(short string) string { return p.Prefix + "-" + short }

// Bus is the name of the event bus.
func (p Pipeline) Bus() string { return p.Prefix }

// Ledger is the name of the DynamoDB table: partition key pk, sort key sk, time to live in expires.
func (p Pipeline) Ledger() string { return p.Name("ledger") }

// Function is a Lambda function.
type Function struct {
	Name    string // the folder of its bootstrap below functions/
	Does    string // one line for people
	Memory  int    // MiB
	Timeout time.Duration
	Needs   []config.Variable
	// Source is the queue that an event source mapping reads for it; nil for a function that rules and schedules
	// invoke.
	Source *Mapping
	// Invoke is how an asynchronous invocation is retried; nil for a function with a Source.
	Invoke *Asynchronous
	// Recursive declares that a chain function -> queue -> function is meant: Lambda would stop it after 16 hops.
	Recursive bool
	Rights    []Right
}

// Mapping is an event source mapping. It always reports failures record by record.
type Mapping struct {
	Queue       string
	BatchSize   int
	Concurrency int // most invocations side by side; 0 leaves it to the account
}

// Asynchronous is how events are delivered to a function that rules and schedules invoke.
type Asynchronous struct {
	Retries   int
	MaxAge    time.Duration
	OnFailure string // queue
}

// Queue is an SQS queue.
type Queue struct {
	Name       string
	FIFO       bool
	Visibility time.Duration
	Retention  time.Duration
	// DeadLetters takes what was received MaxReceives times; empty for a queue that is one itself.
	DeadLetters string
	MaxReceives int
}

// Rule of the bus. All events that match Pattern go to the target.
type Rule struct {
	Name    string
	Pattern string // JSON
	// Queue or Function is the target.
	Queue    string
	Function string
	// Group is the JSON path of the message group, for FIFO queues.
	Group string
}

// Schedule of EventBridge Scheduler.
type Schedule struct {
	Name string
	Rate time.Duration
	// PerCluster schedules exist once for each cluster, and Event is what they publish on the bus; others invoke
	// Function once for the whole pipeline.
	PerCluster bool
	Event      string // detail-type, with events.TickInput as its detail
	Function   string
}

// Right is what a function's role allows, with the reason. Resource is "queue:NAME", "bus", "ledger", "bucket:PREFIX",
// or "cluster" for what the role of each cluster allows instead (conditioned on the cluster's tags); the function's own
// role may then assume that one.
type Right struct {
	Actions  []string
	Resource string
	Why      string
}

// FunctionByName returns the function of that name.
func (p Pipeline) FunctionByName(name string) (Function, bool) {
	for _, f := range p.Functions {
		if f.Name == name {
			return f, true
		}
	}
	return Function{}, false
}

// Environment of the function: the configuration variables that it needs, from what the deployment knows.
func (f Function) Environment(values func(config.Variable) string) map[string]string {
	env := map[string]string{}
	for _, v := range f.Needs {
		env[string(v)] = values(v)
	}
	return env
}

// cluster is the path of the message group of our events.
const cluster = "$.detail.cluster"

// pattern is the rule pattern of the kinds, which a test shows to match just their golden events.
func pattern(kinds ...string) string { return events.PatternOf(kinds...) }
