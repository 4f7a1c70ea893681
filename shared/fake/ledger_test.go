package fake_test

import (
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/fake"
	"github.com/slipway-dev/slipway/shared/ledger/ledgertest"
	"github.com/slipway-dev/slipway/shared/model"
)

func TestLedger(t *testing.T) {
	ledgertest.Run(t, func(_ *testing.T, now func() time.Time) ledgertest.Ledger { return fake.NewLedger(now) })
}

func TestLedgerLosesAnswers(t *testing.T) {
	l := fake.NewLedger(time.Now)
	l.Lose("PutCluster", 1)
	l.Refuse("Cluster", 1, model.Throttled)
	if err := l.PutCluster(t.Context(), model.Cluster{Key: "k"}); !model.IsKind(err, model.NoAnswer) {
		t.Errorf("lost answer: %v", err)
	}
	if _, err := l.Cluster(t.Context(), "k"); !model.IsKind(err, model.Throttled) {
		t.Errorf("refused call: %v", err)
	}
	if _, err := l.Cluster(t.Context(), "k"); err != nil {
		t.Errorf("the lost call had no effect: %v", err)
	}
	if n := l.Calls("Cluster"); n != 2 {
		t.Errorf("%d calls counted, want 2", n)
	}
}
