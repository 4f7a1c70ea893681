// Package world runs the deployed handlers in one process on a virtual clock, over fakes that behave, wired by
// infra/pipeline: the same rules route the same events into the same queues. One goroutine runs at a time, every port
// call passes one place, and there the world may kill the function, before the call or after it; so a run is
// reproduced exactly by its options.
//
// What is here is the beginning: pods arrive, EC2 boots machines, a scheduler binds; provision and register are killed
// at every single call that they make, their events doubled, lost and late. In the end every pod must have a place,
// no claim two instances, no instance no claim.
package world

import (
	"fmt"
	"strings"
	"time"

	"quamina.net/go/quamina"

	"github.com/slipway-dev/slipway/functions/provision"
	"github.com/slipway-dev/slipway/functions/register"
	"github.com/slipway-dev/slipway/infra/pipeline"
	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
)

// Options of a run. The zero value is a world where nothing goes wrong.
type Options struct {
	// Kill is the number of the port call, from 1, at which the function is killed; 0 is never. After kills it when
	// the call has taken effect but before the function sees the answer.
	Kill  int
	After bool
	// Doubled delivers every event twice, Lost delivers none but ticks, Late delivers each up to 90 s later and out
	// of order.
	Doubled, Lost, Late bool
	// Forgetful takes the launch record out of the ledger: the check of the check.
	Forgetful bool
}

func (o Options) String() string {
	when := "before"
	if o.After {
		when = "after"
	}
	return fmt.Sprintf("kill %s call %d, doubled %t, lost %t, late %t", when, o.Kill, o.Doubled, o.Lost, o.Late)
}

// step is the grain of the virtual clock.
const step = 5 * time.Second

// World is one run.
type World struct {
	options Options
	start   time.Time
	now     time.Time

	kubernetes *fake.Kubernetes
	ec2        *fake.Instances
	ledger     *fake.Ledger
	bus        *fake.Bus
	queue      *fake.Queue // register's own
	records    *fake.Records
	dead       *fake.DeadLetters

	pipeline  pipeline.Pipeline
	matcher   *quamina.Quamina
	mailboxes map[string]*mailbox // by the queue's name in the pipeline

	provision *provision.Handler
	register  *register.Handler

	cluster model.Cluster
	ids     int
	calls   []string // every port call, with what became of it
	killed  bool     // just now: the function that runs is dead
	seen    map[string]string
}

// New makes a world at its beginning.
func New(o Options) (*World, error) {
	start := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	w := &World{options: o, start: start, now: start, mailboxes: map[string]*mailbox{}, seen: map[string]string{}}
	clock := func() time.Time { return w.now }
	w.kubernetes, w.ec2, w.ledger = fake.NewKubernetes(clock), fake.NewInstances(clock), fake.NewLedger(clock)
	w.bus, w.queue, w.records, w.dead = &fake.Bus{}, fake.NewQueue(clock), fake.NewRecords(), &fake.DeadLetters{}
	for _, f := range []*fake.Faults{&w.kubernetes.Faults, &w.ec2.Faults, &w.ledger.Faults, &w.bus.Faults, &w.queue.Faults, &w.records.Faults} {
		f.Around = w.around
	}
	w.cluster = model.Cluster{
		Name: "prod", Key: model.KeyOf("prod"), ARN: "prod", Region: "us-east-1", UID: "kube-system-1", Mode: model.Active,
	}
	w.pipeline = pipeline.New("slipway")
	if err := w.route(); err != nil {
		return nil, err
	}
	return w, w.begin()
}

// killed is what a killed function panics with.
type kill struct{}

// around carries one port call out, and kills the function there if it is its turn.
func (w *World) around(method string, do func() error) error {
	w.calls = append(w.calls, fmt.Sprintf("%s %4d %s", w.now.Format("15:04:05"), len(w.calls)+1, method))
	here := len(w.calls) == w.options.Kill
	if here && !w.options.After {
		w.killed = true
		panic(kill{})
	}
	err := do()
	if here {
		w.killed = true
		panic(kill{})
	}
	return err
}

// Run runs the world until the virtual duration is over.
func (w *World) Run(d time.Duration) error {
	for end := w.start.Add(d); w.now.Before(end); w.now = w.now.Add(step) {
		w.arrive()
		w.machines()
		w.schedule()
		w.observe()
		if err := w.deliver(); err != nil {
			return err
		}
	}
	return nil
}

// Calls is how many port calls the functions made.
func (w *World) Calls() int { return len(w.calls) }

// Trace lists the port calls with their virtual times.
func (w *World) Trace() string { return strings.Join(w.calls, "\n") }
