package fake_test

import (
	"testing"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/model"
)

func TestBus(t *testing.T) {
	b := &fake.Bus{}
	if err := b.Put(t.Context(), make([]events.Entry, events.MaxBatchCount+1)); !model.IsKind(err, model.Invalid) {
		t.Errorf("too many entries: %v", err)
	}
	if err := b.Put(t.Context(), []events.Entry{{DetailType: "A"}, {DetailType: "B"}}); err != nil {
		t.Fatal(err)
	}
	if n := len(b.Entries()); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
	if taken := b.Take(); len(taken) != 2 || taken[1].DetailType != "B" || len(b.Take()) != 0 {
		t.Errorf("took %v", taken)
	}
}

func TestQueue(t *testing.T) {
	now := clock()
	q := fake.NewQueue(func() time.Time { return now })
	for body, delay := range map[string]time.Duration{"now": 0, "later": time.Minute} {
		if err := q.Send(t.Context(), body, delay); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Send(t.Context(), "never", 16*time.Minute); !model.IsKind(err, model.Invalid) {
		t.Errorf("16 minutes: %v", err)
	}
	if due := q.TakeDue(); len(due) != 1 || due[0].Body != "now" {
		t.Errorf("due at once: %v", due)
	}
	now = now.Add(time.Minute)
	if due := q.TakeDue(); len(due) != 1 || due[0].Body != "later" || len(q.Messages()) != 0 {
		t.Errorf("due after a minute: %v", due)
	}
}

func TestRecords(t *testing.T) {
	r := fake.NewRecords()
	if _, _, err := r.Catalog(t.Context(), "k", ""); !model.IsKind(err, model.NotFound) {
		t.Errorf("no catalog yet: %v", err)
	}
	c := &model.Catalog{Version: "v1"}
	etag, err := r.PutCatalog(t.Context(), "k", c, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Version = "changed by the caller"
	if got, _, err := r.Catalog(t.Context(), "k", ""); err != nil || got.Version != "v1" {
		t.Errorf("catalog %v, %v", got, err)
	}
	if got, current, err := r.Catalog(t.Context(), "k", etag); got != nil || current != etag || err != nil {
		t.Errorf("unchanged: %v, %s, %v", got, current, err)
	}
	if _, err := r.PutCatalog(t.Context(), "k", c, ""); !model.IsKind(err, model.Conflict) {
		t.Errorf("a second first catalog: %v", err)
	}
}
