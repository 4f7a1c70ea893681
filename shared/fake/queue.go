package fake

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Queue is a function's own queue: messages to itself, due later by the clock given.
type Queue struct {
	Faults
	now func() time.Time

	state    sync.Mutex
	messages []Message
}

// Message in a Queue.
type Message struct {
	Body string
	Sent time.Time
	Due  time.Time
}

// NewQueue returns an empty queue with the clock.
func NewQueue(now func() time.Time) *Queue { return &Queue{now: now} }

// Send as queues.Own's: up to 15 minutes later.
func (q *Queue) Send(_ context.Context, body string, delay time.Duration) error {
	return q.call("Send", func() error {
		if delay < 0 || delay > 15*time.Minute {
			return failure(model.Invalid, "send message", "delay of %s", delay)
		}
		q.state.Lock()
		defer q.state.Unlock()
		now := q.now()
		q.messages = append(q.messages, Message{Body: body, Sent: now, Due: now.Add(delay)})
		return nil
	})
}

// Messages are all in the queue, in order of sending.
func (q *Queue) Messages() []Message {
	q.state.Lock()
	defer q.state.Unlock()
	return slices.Clone(q.messages)
}

// TakeDue returns the messages that are due, in order of sending, and forgets them.
func (q *Queue) TakeDue() []Message {
	q.state.Lock()
	defer q.state.Unlock()
	now := q.now()
	var due, later []Message
	for _, m := range q.messages {
		if m.Due.After(now) {
			later = append(later, m)
		} else {
			due = append(due, m)
		}
	}
	q.messages = later
	return due
}

// DeadLetters remembers what was kept.
type DeadLetters struct {
	Faults

	state sync.Mutex
	kept  []DeadLetter
}

// DeadLetter is one message that will never succeed.
type DeadLetter struct{ Group, Body, Reason string }

// Keep as queues.DeadLetters'.
func (d *DeadLetters) Keep(_ context.Context, group, body, reason string) error {
	return d.call("Keep", func() error {
		d.state.Lock()
		defer d.state.Unlock()
		d.kept = append(d.kept, DeadLetter{group, body, reason})
		return nil
	})
}

// Kept are all dead letters, in order.
func (d *DeadLetters) Kept() []DeadLetter {
	d.state.Lock()
	defer d.state.Unlock()
	return slices.Clone(d.kept)
}
