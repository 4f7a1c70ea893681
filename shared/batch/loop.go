package batch

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/events"
)

// Each hands over record by record: in order within a group of a FIFO queue.
func (l Loop) Each(ctx context.Context, sqs Event, handle func(context.Context, Record) error) (Response, error) {
	return l.over(ctx, sqs, byRecord(sqs), func(lane *lane) {
		for i := range lane.slots {
			s := &lane.slots[i]
			if l.late(ctx) {
				s.outcome, s.err = Late, errLate
			} else {
				l.settle(ctx, s, guarded(func() error { return handle(ctx, s.Record) }))
			}
			if lane.blockedBy(i) {
				return
			}
		}
	})
}

// Groups hands over together what a message group holds in this batch: first every record is
// opened, then handle gets those that could be, in order, and its answer goes for all of them.
// A group of which nothing could be opened is not handed over. open must have no effects, since
// what it opened may come again.
func Groups[T any](ctx context.Context, l Loop, sqs Event, open func(Record) (T, error),
	handle func(ctx context.Context, group string, items []T) error) (Response, error) {
	return l.over(ctx, sqs, byGroup(sqs), func(lane *lane) {
		if l.late(ctx) {
			lane.settleAll(Late, errLate)
			return
		}
		items, verdicts := openAll(lane, open)
		if len(items) > 0 {
			err := guarded(func() error { return handle(ctx, lane.group, items) })
			for i := range verdicts {
				if verdicts[i] == errOpened {
					verdicts[i] = err
				}
			}
		}
		// Dead letters are written only now, in order: written before, they would be written
		// again when the group comes again.
		for i, verdict := range verdicts {
			l.settle(ctx, &lane.slots[i], verdict)
			if lane.blockedBy(i) {
				return
			}
		}
	})
}

// errOpened holds the place of the verdict that the handler will give.
var errOpened = errors.New("opened")

// openAll opens the records of a lane, as far as order permits: in an ordered lane it ends with
// the first that must come again, which those behind it have to wait for.
func openAll[T any](lane *lane, open func(Record) (T, error)) (items []T, verdicts []error) {
	for _, s := range lane.slots {
		var item T
		err := guarded(func() (err error) { item, err = open(s.Record); return err })
		if err == nil {
			items, err = append(items, item), errOpened
		}
		verdicts = append(verdicts, err)
		if err == errOpened {
			continue
		}
		outcome := judge(err)
		if outcome == Failed {
			lane.settleAll(Failed, err)
			return nil, nil
		}
		if outcome == Retried && lane.ordered {
			break
		}
	}
	return items, verdicts
}

// over runs do for every lane until one is fatal, and answers for all records.
func (l Loop) over(ctx context.Context, sqs Event, lanes []*lane, do func(*lane)) (Response, error) {
	run := l.Run
	if run == nil {
		run = inTurn
	}
	var fatal atomic.Bool
	run(len(lanes), func(i int) {
		if fatal.Load() {
			return
		}
		if do(lanes[i]); lanes[i].failed() != nil {
			fatal.Store(true)
		}
	})
	return l.answer(ctx, sqs, lanes)
}

func inTurn(n int, do func(i int)) {
	for i := range n {
		do(i)
	}
}

// late tells whether it is too late to begin something.
func (l Loop) late(ctx context.Context) bool {
	if ctx.Err() != nil {
		return true
	}
	deadline, limited := ctx.Deadline()
	return limited && deadline.Sub(l.Now()) < l.Margin
}

// settle writes down what became of a record, and keeps it if it will never succeed.
func (l Loop) settle(ctx context.Context, s *slot, err error) {
	s.outcome, s.err = judge(err), err
	if s.outcome != Kept {
		return
	}
	if failure := l.DeadLetters.Keep(ctx, s.Group, s.Body, err.Error()); failure != nil {
		s.outcome, s.err = Retried, fmt.Errorf("keep dead letter: %w (it was to be kept because: %w)", failure, err)
	}
}

// answer names the records that must come again, in the batch's order, and tells the observer of
// all. A record that nothing settled comes again: the safe side.
func (l Loop) answer(ctx context.Context, sqs Event, lanes []*lane) (Response, error) {
	again := map[string]bool{}
	var fatal error
	for _, lane := range lanes {
		if fatal == nil {
			fatal = lane.failed()
		}
	}
	for _, lane := range lanes {
		lane.settleAll(Failed, errors.Join(errUnsettled, fatal))
		for _, s := range lane.slots {
			if s.again() {
				again[s.ID] = true
			}
			if l.Observer != nil {
				l.Observer.Observe(ctx, s.Group, s.ID, s.outcome, s.err)
			}
		}
	}
	if fatal != nil {
		return Response{}, fmt.Errorf("batch of %d: %w", len(sqs.Records), fatal)
	}
	return response(sqs, again), nil
}

var errUnsettled = errors.New("not handled")

func response(sqs Event, again map[string]bool) Response {
	answer := Response{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, message := range sqs.Records {
		if again[message.MessageId] {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: message.MessageId})
			delete(again, message.MessageId) // a doubled delivery is named once
		}
	}
	return answer
}
