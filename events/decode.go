package events

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Decode reads an envelope, as EventBridge puts it into a queue or hands it to a function, and
// its detail by the kind registered for its source and detail-type. The event is one of this
// package's structs. The error is a *DecodeError.
func Decode(body []byte) (Event, error) {
	var env Envelope
	if err := json.Unmarshal(body, &env); err != nil {
		return nil, &DecodeError{Class: ErrMalformed, Reason: "envelope: " + err.Error()}
	}
	fail := func(class error, reason string) (Event, error) {
		return nil, &DecodeError{Source: env.Source, DetailType: env.DetailType, Class: class, Reason: reason}
	}
	if env.Source == "" || env.DetailType == "" {
		return fail(ErrMalformed, "envelope: source or detail-type is missing")
	}
	kind, known := byKey[key{env.Source, env.DetailType}]
	if !known {
		return fail(ErrUnknown, "")
	}
	event, err := kind.decode(env)
	switch {
	case errors.Is(err, ErrNewerSchema):
		return fail(ErrNewerSchema, "")
	case err != nil:
		return fail(ErrMalformed, err.Error())
	}
	return event, nil
}

// detail is an event of ours: a Header, its own fields, and a check of them.
type detail interface {
	Event
	check() error
}

// decodeDetail reads the detail of an event of ours. The schema comes first: the fields of a
// newer one may well have changed their types, which must not look like a malformed event.
func decodeDetail[T detail](env Envelope) (Event, error) {
	var peek struct {
		Schema *int `json:"schema"`
	}
	if err := json.Unmarshal(env.Detail, &peek); err != nil {
		return nil, fmt.Errorf("detail: %w", err)
	}
	if peek.Schema == nil {
		return nil, errors.New("schema is missing")
	}
	if *peek.Schema > Schema {
		return nil, ErrNewerSchema
	}
	var event T
	if err := json.Unmarshal(env.Detail, &event); err != nil {
		return nil, fmt.Errorf("detail: %w", err)
	}
	return event, validate(event)
}

func validate(event detail) error {
	if err := event.Head().valid(); err != nil {
		return err
	}
	return event.check()
}
