package events

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Limits of PutEvents. AWS has raised the size of a request to 1 MB in most regions; we keep to
// the older 256 KB, which every region and every target takes.
const (
	MaxEntrySize  = 256 << 10 // bytes, of one entry and of the entries of a request together
	MaxBatchCount = 10        // entries in a request
)

// Entry is what PutEvents needs of an event.
type Entry struct {
	Source     string
	DetailType string
	Detail     string // JSON
}

// Size is the entry's size in bytes, as EventBridge counts it.
func (e Entry) Size() int { return len(e.Source) + len(e.DetailType) + len(e.Detail) }

// Encode is the entry for an event of ours. It fails for an event that Decode would refuse, and
// with ErrTooLarge: nothing of that kind should reach the bus.
func Encode(event Event) (Entry, error) {
	body, err := encodeDetail(event)
	if err != nil {
		return Entry{}, fmt.Errorf("encode event %q: %w", event.Kind(), err)
	}
	entry := Entry{Source: Source, DetailType: event.Kind(), Detail: string(body)}
	if size := entry.Size(); size > MaxEntrySize {
		return Entry{}, fmt.Errorf("encode event %q: %w: %d bytes of %d", event.Kind(), ErrTooLarge, size, MaxEntrySize)
	}
	return entry, nil
}

// Message is the body for an event that its sender puts into a queue itself, because it must
// come with a delay. It is an envelope as EventBridge would have made it, so that the reader
// need not know which way it came.
func Message(event Event) (string, error) {
	body, err := encodeDetail(event)
	if err != nil {
		return "", fmt.Errorf("encode message %q: %w", event.Kind(), err)
	}
	head := event.Head()
	raw, err := marshal(Envelope{
		Version: "0", ID: head.ID, DetailType: event.Kind(), Source: Source, Time: head.At, Detail: body,
	})
	if err != nil {
		return "", fmt.Errorf("encode message %q: %w", event.Kind(), err)
	}
	return string(raw), nil
}

// Batches cuts entries, in order, into as few requests as PutEvents' limits allow. Each batch is
// one remote call.
func Batches(entries []Entry) [][]Entry {
	var batches [][]Entry
	start, size := 0, 0
	for i, entry := range entries {
		full := i-start == MaxBatchCount || size+entry.Size() > MaxEntrySize
		if full && i > start {
			batches = append(batches, entries[start:i:i])
			start, size = i, 0
		}
		size += entry.Size()
	}
	if start < len(entries) {
		batches = append(batches, entries[start:])
	}
	return batches
}

// Requests encodes the events and cuts them as Batches does: each part is one call of PutEvents. No events, no parts.
func Requests(list []Event) ([][]Entry, error) {
	entries := make([]Entry, 0, len(list))
	for _, event := range list {
		entry, err := Encode(event)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return Batches(entries), nil
}

func encodeDetail(event Event) ([]byte, error) {
	checked, ours := event.(detail)
	if !ours {
		return nil, fmt.Errorf("%T is not an event of ours", event)
	}
	if err := validate(checked); err != nil {
		return nil, err
	}
	return marshal(event)
}

// marshal leaves <, > and & alone: EventBridge Scheduler looks for its <keywords> in the text of
// a schedule's input, and reasons read better.
func marshal(v any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buffer.Bytes(), "\n"), nil
}
