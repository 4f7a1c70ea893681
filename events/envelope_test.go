package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
)

// TestEnvelopeIsTolerant: resources may be an array, a bare string or absent, and neither they nor
// a strange time may cost us an event.
func TestEnvelopeIsTolerant(t *testing.T) {
	tests := map[string]struct {
		json      string
		resources []string
		time      time.Time
	}{
		"array":            {`{"resources":["a","b"],"time":"2026-11-01T10:00:00Z"}`, []string{"a", "b"}, minute},
		"string":           {`{"resources": "a"}`, []string{"a"}, time.Time{}},
		"absent":           {`{}`, nil, time.Time{}},
		"null":             {`{"resources":null,"time":null}`, nil, time.Time{}},
		"something else":   {`{"resources":{"a":1},"time":"yesterday"}`, nil, time.Time{}},
		"a number in time": {`{"time":1793527200}`, nil, time.Time{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var env events.Envelope
			if err := json.Unmarshal([]byte(tt.json), &env); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.resources, env.Resources); diff != "" {
				t.Errorf("resources: -want +got:\n%s", diff)
			}
			if !env.Time.Equal(tt.time) {
				t.Errorf("time %v, want %v", env.Time, tt.time)
			}
		})
	}
}

// TestEnvelopeRoundTrip: what EventBridge delivers is read and written without loss.
func TestEnvelopeRoundTrip(t *testing.T) {
	for _, path := range list(t, "slipway", "aws.ec2", "newer") {
		var first, second events.Envelope
		if err := json.Unmarshal(read(t, path), &first); err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &second); err != nil {
			t.Fatal(err)
		}
		first.Detail = json.RawMessage(compactDetail(t, read(t, path)))
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s: -first +second:\n%s", path, diff)
		}
	}
}
