package batch_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/batch"
)

const fifo = "arn:aws:sqs:eu-west-1:111122223333:q.fifo"

func TestRecordIsRead(t *testing.T) {
	bare := events.SQSMessage{MessageId: "m2", Body: "bare"}
	sqs := events.SQSEvent{Records: []events.SQSMessage{message(fifo, "m1", "a", "body"), bare}}
	var got []batch.Record
	loop := batch.Loop{Now: time.Now}
	if _, err := loop.Each(context.Background(), sqs, func(_ context.Context, r batch.Record) error {
		got = append(got, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []batch.Record{
		{ID: "m1", Group: "a", Body: "body", Sent: time.Date(2026, 11, 1, 10, 0, 0, 123e6, time.UTC), Receives: 2},
		{ID: "m2", Body: "bare"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestGroupsSideBySide holds every group's handler until all have begun: it only ends if they
// really run side by side.
func TestGroupsSideBySide(t *testing.T) {
	const groups = 5
	var sqs events.SQSEvent
	for i := range groups {
		for j := range 2 {
			sqs.Records = append(sqs.Records, message(fifo, fmt.Sprintf("m%d%d", i, j), fmt.Sprint("g", i), "body"))
		}
	}
	var begun sync.WaitGroup
	begun.Add(groups)
	loop := batch.Loop{Now: time.Now, Run: sideBySide}
	open := func(r batch.Record) (string, error) { return r.ID, nil }
	response, err := batch.Groups(context.Background(), loop, sqs, open, func(_ context.Context, group string, _ []string) error {
		begun.Done()
		begun.Wait()
		if group == "g3" {
			return fmt.Errorf("not now")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []events.SQSBatchItemFailure{{ItemIdentifier: "m30"}, {ItemIdentifier: "m31"}}
	if diff := cmp.Diff(want, response.BatchItemFailures); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func sideBySide(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

// TestForgetfulRunner: a record that nothing settled is never acknowledged.
func TestForgetfulRunner(t *testing.T) {
	sqs := events.SQSEvent{Records: []events.SQSMessage{message(fifo, "m1", "a", "body")}}
	loop := batch.Loop{Now: time.Now, Run: func(int, func(int)) {}}
	response, err := loop.Each(context.Background(), sqs, func(context.Context, batch.Record) error { return nil })
	if err != nil || len(response.BatchItemFailures) != 1 {
		t.Errorf("response %+v, error %v", response, err)
	}
}
