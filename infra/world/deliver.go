package world

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"quamina.net/go/quamina"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/infra/pipeline"
	"github.com/slipway-dev/slipway/shared/batch"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// mailbox is a queue with its event source mapping.
type mailbox struct {
	queue    pipeline.Queue
	size     int
	messages []*message
}

type message struct {
	id       string
	body     string
	group    string
	sent     time.Time
	visible  time.Time
	receives int
}

// route prepares the pipeline's queues and rules.
func (w *World) route() error {
	for _, q := range w.pipeline.Queues {
		w.mailboxes[q.Name] = &mailbox{queue: q}
	}
	for _, f := range w.pipeline.Functions {
		if f.Source != nil {
			w.mailboxes[f.Source.Queue].size = f.Source.BatchSize
		}
	}
	var err error
	if w.matcher, err = quamina.New(); err != nil {
		return err
	}
	for _, r := range w.pipeline.Rules {
		if err := w.matcher.AddPattern(r.Queue, r.Pattern); r.Queue != "" && err != nil {
			return fmt.Errorf("rule %s: %w", r.Name, err)
		}
	}
	return nil
}

// deliver carries what is on the bus into the queues, and what is due in the queues to the functions, until nothing is
// due any more.
func (w *World) deliver() error {
	if w.now.Sub(w.start)%time.Minute == 0 {
		if err := w.publish(events.NewTick(w.header(), w.now), false); err != nil {
			return err
		}
	}
	for {
		if err := w.carry(); err != nil {
			return err
		}
		if !w.invokeNext() {
			return nil
		}
	}
}

func (w *World) header() events.Header {
	return events.NewHeader(events.Cluster{Key: w.cluster.Key, Name: w.cluster.Name}, w.newID(), w.now)
}

// publish puts an event of the world's own on the bus, as observe or the Scheduler would. Those that may be lost are,
// if it is that kind of world.
func (w *World) publish(e events.Event, mayBeLost bool) error {
	entry, err := events.Encode(e)
	if err != nil {
		return err
	}
	return w.toQueues(entry, mayBeLost)
}

// carry moves what functions published, and register's own messages that are due.
func (w *World) carry() error {
	for _, entry := range w.bus.Take() {
		if err := w.toQueues(entry, true); err != nil {
			return err
		}
	}
	for _, m := range w.queue.TakeDue() {
		if !w.options.Lost {
			w.put("register", m.Body, "")
		}
	}
	return nil
}

func (w *World) toQueues(entry events.Entry, mayBeLost bool) error {
	if w.options.Lost && mayBeLost {
		return nil
	}
	body, err := json.Marshal(map[string]any{
		"version": "0", "id": w.newID(), "source": entry.Source, "detail-type": entry.DetailType,
		"time": w.now.Format(time.RFC3339), "detail": json.RawMessage(entry.Detail),
	})
	if err != nil {
		return err
	}
	queues, err := w.matcher.MatchesForEvent(body)
	if err != nil {
		return err
	}
	names := make([]string, len(queues))
	for i, q := range queues {
		names[i] = q.(string)
	}
	slices.Sort(names)
	for _, name := range names {
		w.put(name, string(body), w.cluster.Key)
	}
	return nil
}

func (w *World) put(queue, body, group string) {
	box := w.mailboxes[queue]
	copies := 1
	if w.options.Doubled {
		copies = 2
	}
	for range copies {
		m := &message{id: w.newID(), body: body, group: group, sent: w.now, visible: w.now}
		if w.options.Late {
			m.visible = w.now.Add(time.Duration(w.ids%19) * step) // up to 90 s, out of order, the same in every run
		}
		box.messages = append(box.messages, m)
	}
}

// invokeNext hands one batch to the first function that has messages; false when none has.
func (w *World) invokeNext() bool {
	for _, name := range []string{"provision", "register"} {
		box := w.mailboxes[name]
		due := box.due(w.now)
		if len(due) == 0 {
			continue
		}
		for _, m := range due {
			m.receives++
			m.visible = w.now.Add(box.queue.Visibility)
		}
		answer, err := w.invoke(name, box.event(due))
		if w.killed || err != nil {
			w.killed = false
			w.boot() // a killed function's messages come back when their visibility ends
			return true
		}
		box.settle(due, answer)
		return true
	}
	return false
}

// invoke calls the handler, and survives its death.
func (w *World) invoke(name string, e batch.Event) (answer batch.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, dead := p.(kill); !dead {
				panic(p)
			}
		}
	}()
	ctx := context.Background()
	if name == "provision" {
		return w.provision.Handle(ctx, e)
	}
	return w.register.Handle(ctx, e)
}

func (b *mailbox) due(now time.Time) []*message {
	var due []*message
	for _, m := range b.messages {
		if !m.visible.After(now) && len(due) < b.size {
			due = append(due, m)
		}
	}
	return due
}

func (b *mailbox) event(messages []*message) batch.Event {
	arn := "arn:aws:sqs:us-east-1:123456789012:" + b.queue.Name
	if b.queue.FIFO {
		arn += ".fifo"
	}
	var e batch.Event
	for _, m := range messages {
		attributes := map[string]string{
			"SentTimestamp":           strconv.FormatInt(m.sent.UnixMilli(), 10),
			"ApproximateReceiveCount": strconv.Itoa(m.receives),
		}
		if m.group != "" {
			attributes["MessageGroupId"] = m.group
		}
		e.Records = append(e.Records, lambdaevents.SQSMessage{MessageId: m.id, Body: m.body, EventSourceARN: arn, Attributes: attributes})
	}
	return e
}

// settle deletes what the function did not name as failed.
func (b *mailbox) settle(handed []*message, answer batch.Response) {
	failed := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	b.messages = slices.DeleteFunc(b.messages, func(m *message) bool { return slices.Contains(handed, m) && !failed[m.id] })
}
