package events

import (
	"errors"
	"fmt"
)

// What can be wrong with a message; found with errors.Is in what Decode returns.
var (
	// ErrUnknown: well formed, but of a kind that this build does not know. Rules are wider
	// than builds are new, so it is counted and acknowledged.
	ErrUnknown = errors.New("unknown kind of event")
	// ErrMalformed: not an event at all, or one of ours that breaks its contract. It will
	// never get better: the raw body is kept for people, then it is acknowledged.
	ErrMalformed = errors.New("malformed event")
	// ErrNewerSchema: written by a newer release. Kept in its queue, for that release.
	ErrNewerSchema = errors.New("event of a newer schema")
	// ErrTooLarge: Encode's, when an entry exceeds MaxEntrySize.
	ErrTooLarge = errors.New("event is too large")
)

// DecodeError is the error of Decode: what is wrong, with what.
type DecodeError struct {
	// Source and DetailType are as in the envelope, as far as it could be read.
	Source     string
	DetailType string
	// Class is ErrUnknown, ErrMalformed or ErrNewerSchema.
	Class error
	// Reason is for people; empty when Class says it all.
	Reason string
}

func (e *DecodeError) Error() string {
	text := fmt.Sprintf("decode event %q of %q: %v", e.DetailType, e.Source, e.Class)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Unwrap makes errors.Is find the class.
func (e *DecodeError) Unwrap() error { return e.Class }

// Kind is the detail-type, for counters; "?" when the envelope could not be read.
func (e *DecodeError) Kind() string {
	if e.DetailType == "" {
		return "?"
	}
	return e.DetailType
}

// Permanent tells a queue's loop that trying again is of no use.
func (e *DecodeError) Permanent() bool { return e.Class == ErrMalformed }

// Ignorable tells a queue's loop that the message is none of our business.
func (e *DecodeError) Ignorable() bool { return e.Class == ErrUnknown }
