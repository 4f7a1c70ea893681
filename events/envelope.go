package events

import (
	"bytes"
	"encoding/json"
	"time"
)

// Envelope is what EventBridge wraps around a detail, and what the body of a queue's message is.
// Source: Amazon EventBridge User Guide, "AWS service event metadata".
type Envelope struct {
	Version    string
	ID         string // EventBridge's
	DetailType string
	Source     string
	Account    string
	Time       time.Time // to the second; zero when absent or unreadable
	Region     string
	Resources  []string // ARNs or plain ids
	Detail     json.RawMessage
}

// envelope is the same on the wire. Resources and time stay raw, since documented AWS events
// show a bare string for the former, and a foreign event must not fail for either.
type envelope struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account,omitempty"`
	Time       json.RawMessage `json:"time,omitempty"`
	Region     string          `json:"region,omitempty"`
	Resources  json.RawMessage `json:"resources,omitempty"`
	Detail     json.RawMessage `json:"detail"`
}

// UnmarshalJSON implements json.Unmarshaler, tolerantly: see the fields.
func (e *Envelope) UnmarshalJSON(raw []byte) error {
	var w envelope
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	*e = Envelope{
		Version: w.Version, ID: w.ID, DetailType: w.DetailType, Source: w.Source,
		Account: w.Account, Region: w.Region, Detail: w.Detail,
		Time: tolerantTime(w.Time), Resources: tolerantStrings(w.Resources),
	}
	return nil
}

// MarshalJSON implements json.Marshaler in the order of EventBridge's own documents.
func (e Envelope) MarshalJSON() ([]byte, error) {
	w := envelope{
		Version: e.Version, ID: e.ID, DetailType: e.DetailType, Source: e.Source,
		Account: e.Account, Region: e.Region, Detail: e.Detail,
	}
	resources := e.Resources
	if resources == nil {
		resources = []string{}
	}
	var err error
	if w.Resources, err = json.Marshal(resources); err != nil {
		return nil, err
	}
	if w.Time, err = json.Marshal(e.Time.UTC().Truncate(time.Second)); err != nil {
		return nil, err
	}
	return json.Marshal(w)
}

func tolerantTime(raw json.RawMessage) time.Time {
	var t time.Time
	if json.Unmarshal(raw, &t) != nil {
		return time.Time{}
	}
	return t
}

func tolerantStrings(raw json.RawMessage) []string {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	var all []string
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return all
}
