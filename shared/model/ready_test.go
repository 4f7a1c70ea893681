package model

import (
	"testing"
	"time"
)

func TestWithReady(t *testing.T) {
	created := time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return created.Add(time.Duration(s) * time.Second) }
	is := func(kind, status string, s int) Condition {
		return Condition{Type: kind, Status: status, Reason: kind, LastTransitionTime: at(s), ObservedGeneration: 1}
	}
	stale := is(Initialized, True, 3)
	stale.ObservedGeneration = 0
	tests := []struct {
		name    string
		have    Conditions
		status  string
		reason  string
		message string
		since   time.Time
	}{
		{"nothing yet", nil, Unknown, "ReconcilingDependents", "Launched=Unknown, Registered=Unknown, Initialized=Unknown", at(0)},
		{"launched", Conditions{is(Launched, True, 1)}, Unknown, "ReconcilingDependents", "Registered=Unknown, Initialized=Unknown", at(1)},
		{"all", Conditions{is(Launched, True, 1), is(Registered, True, 2), is(Initialized, True, 3)}, True, "Ready", "", at(3)},
		{"one false", Conditions{is(Launched, False, 5), is(Registered, Unknown, 2)}, False, "UnhealthyDependents", "Launched=False, Registered=Unknown, Initialized=Unknown", at(5)},
		{"seen at an older generation", Conditions{is(Launched, True, 1), is(Registered, True, 2), stale}, Unknown, "ReconcilingDependents", "Initialized=True", at(3)},
		{"Ready stays since when it was", Conditions{is(Launched, True, 1), is(Ready, Unknown, 0)}, Unknown, "ReconcilingDependents", "Registered=Unknown, Initialized=Unknown", at(0)},
		{"others do not matter", Conditions{is(Launched, True, 1), is(Registered, True, 2), is(Initialized, True, 3), is("Drifted", False, 9)}, True, "Ready", "", at(3)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.have.WithReady(1, created, Launched, Registered, Initialized)
			ready := got.Get(Ready)
			if ready.Status != test.status || ready.Reason != test.reason || ready.Message != test.message {
				t.Errorf("Ready = %s %s %q", ready.Status, ready.Reason, ready.Message)
			}
			if !ready.LastTransitionTime.Equal(test.since) {
				t.Errorf("Ready since %s, want %s", ready.LastTransitionTime, test.since)
			}
			for _, kind := range []string{Launched, Registered, Initialized} {
				if got.Get(kind).Reason == "" {
					t.Errorf("%s was not added", kind)
				}
			}
		})
	}
}
