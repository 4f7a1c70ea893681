package batch

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// lane is what must be handled in order: a group of a FIFO queue, or what is handed over
// together.
type lane struct {
	group   string
	ordered bool
	slots   []slot
}

// slot is one record's place in a lane, and what became of it.
type slot struct {
	Record
	outcome string // empty until settled
	err     error
}

// byRecord makes the lanes for Each: the groups of a FIFO queue, but every record by itself on a
// standard queue, whose groups only make it fair.
func byRecord(sqs Event) []*lane {
	return divide(sqs, func(r Record, fifo bool) string {
		if fifo {
			return r.Group
		}
		return r.ID
	})
}

// byGroup makes the lanes for Groups: whatever shares a group. A record without one is alone.
func byGroup(sqs Event) []*lane {
	return divide(sqs, func(r Record, _ bool) string {
		if r.Group == "" {
			return r.ID
		}
		return "group " + r.Group
	})
}

func divide(sqs Event, key func(r Record, fifo bool) string) []*lane {
	var lanes []*lane
	byKey := map[string]*lane{}
	for _, message := range sqs.Records {
		record := read(message)
		fifo := strings.HasSuffix(message.EventSourceARN, ".fifo")
		k := key(record, fifo)
		if byKey[k] == nil {
			byKey[k] = &lane{group: record.Group, ordered: fifo}
			lanes = append(lanes, byKey[k])
		}
		byKey[k].slots = append(byKey[k].slots, slot{Record: record})
	}
	return lanes
}

func read(message events.SQSMessage) Record {
	record := Record{
		ID:    message.MessageId,
		Group: message.Attributes["MessageGroupId"],
		Body:  message.Body,
	}
	if ms, err := strconv.ParseInt(message.Attributes["SentTimestamp"], 10, 64); err == nil {
		record.Sent = time.UnixMilli(ms).UTC()
	}
	if n, err := strconv.Atoi(message.Attributes["ApproximateReceiveCount"]); err == nil {
		record.Receives = n
	}
	return record
}

// again tells whether SQS must deliver the record again.
func (s slot) again() bool {
	switch s.outcome {
	case Retried, Behind, Late, Failed:
		return true
	}
	return false
}

// settleAll settles what is not settled yet.
func (l *lane) settleAll(outcome string, err error) {
	for i := range l.slots {
		if s := &l.slots[i]; s.outcome == "" {
			s.outcome, s.err = outcome, err
		}
	}
}

// blockedBy tells whether the i-th record ends its lane, because it must come again before the
// later ones may be acknowledged, or because the batch has failed. The later ones are settled.
func (l *lane) blockedBy(i int) bool {
	s := l.slots[i]
	if s.outcome == Failed {
		return true
	}
	if !l.ordered || !s.again() {
		return false
	}
	l.settleAll(Behind, errBehind)
	return true
}

// failed is the error that fails the whole batch, if any.
func (l *lane) failed() error {
	for _, s := range l.slots {
		if s.outcome == Failed {
			return s.err
		}
	}
	return nil
}
