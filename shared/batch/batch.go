// Package batch is the loop of a function that reads from a queue: Lambda hands over up to ten
// (FIFO) or some thousands (standard) messages, and is told which of them to deliver again.
//
// A handler answers with an error, or none:
//
//	nil             done: acknowledged
//	Skip(why)       none of our business: acknowledged, counted apart
//	Permanent(err)  will never succeed: raw body and reason go to the dead letters, then acknowledged
//	any other       please deliver again
//	Fatal(err)      nothing of this batch can succeed: the invocation fails, all comes again
//
// Errors of other packages are understood by their behaviour: one with a method Permanent() bool
// that answers true is permanent, one with Ignorable() bool is skipped. So the error of a decoder
// can be passed on as it is.
//
// There are two shapes. Loop.Each hands over record by record. Groups opens the records first and
// hands over what one message group holds together, because a hundred wake-ups of one cluster
// deserve one decision:
//
//	loop := batch.Loop{DeadLetters: keeper, Observer: telemetry, Margin: 2 * time.Second, Now: time.Now}
//	open := func(r batch.Record) (events.Event, error) { return events.Decode([]byte(r.Body)) }
//	return batch.Groups(ctx, loop, sqs, open, decide)
//
// What is kept whatever a handler does:
//
//   - On a FIFO queue a message that must come again brings back all later ones of its group, so
//     that their order holds. Other groups go on.
//   - A message whose dead letter could not be written comes again. Nothing is lost.
//   - A message not begun when the function's deadline is nearer than the margin comes again: a
//     function cut off in the middle would bring back what it had already done.
//   - A panic is an error of its record or group alone; the others go on.
package batch

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// DeadLetters keeps messages that will never succeed, for people to look at. One call for one
// message.
type DeadLetters interface {
	Keep(ctx context.Context, group, body, reason string) error
}

// Observer is told what became of every record, exactly once for each: err is the handler's, or
// why the record was not handled. It is called at the end of the batch, from its goroutine.
type Observer interface {
	Observe(ctx context.Context, group, id, outcome string, err error)
}

// Outcomes, as an Observer is told them.
const (
	Done    = "done"    // acknowledged
	Skipped = "skipped" // acknowledged unhandled
	Kept    = "kept"    // in the dead letters, acknowledged
	Retried = "retried" // comes again: its own error
	Behind  = "behind"  // comes again: it stands behind a retried one of its group
	Late    = "late"    // comes again: too little time was left to begin it
	Failed  = "failed"  // comes again: the whole batch failed
)

// Loop holds what the loop needs of its surroundings.
type Loop struct {
	DeadLetters DeadLetters
	Observer    Observer         // may be nil
	Now         func() time.Time // the clock
	// Margin before the context's deadline within which nothing is begun any more.
	Margin time.Duration
	// Run calls do(0) to do(n-1), side by side if it likes, and returns when all have. Nil
	// means one after the other. It only ever gets what may run side by side: groups of a FIFO
	// queue, records of a standard one.
	Run func(n int, do func(i int))
}

// Record is one message of a queue.
type Record struct {
	ID       string // SQS' message id: how an answer refers to the record
	Group    string // MessageGroupId; empty on a standard queue that has no fair groups
	Body     string
	Sent     time.Time // by SQS' clock, to the millisecond; zero when absent
	Receives int       // how often it was delivered, this time included; zero when absent
}

// Event is what Lambda hands over: the messages of one batch, all of one queue.
type Event = events.SQSEvent

// Response tells Lambda which records to deliver again: {"batchItemFailures":[...]}. The list may
// be empty but is never null, which Lambda would read as a failure of the whole batch.
type Response = events.SQSEventResponse
