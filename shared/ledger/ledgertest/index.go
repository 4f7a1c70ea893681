package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

func index(t *testing.T, l Ledger, clock *Clock) {
	_, _, err := l.ClaimOf(t.Context(), "i-1")
	wantKind(t, err, model.NotFound)
	ok(t, l.Index(t.Context(), cluster, nil))
	many := map[string]string{}
	for i := range 25 {
		many[fmt.Sprint("i-", i)] = fmt.Sprint("general-", i)
	}
	ok(t, l.Index(t.Context(), cluster, many))
	ok(t, l.Index(t.Context(), "other", map[string]string{"i-2": "spare"}))
	for instance, want := range map[string][2]string{"i-1": {cluster, "general-1"}, "i-2": {"other", "spare"}} {
		c, claim, err := l.ClaimOf(t.Context(), instance)
		ok(t, err)
		equal(t, instance, [2]string{c, claim}, want)
	}
	many["i-25"] = "one-too-many"
	wantKind(t, l.Index(t.Context(), cluster, many), model.Invalid)

	// The service may show an item long after it has expired.
	clock.Pass(90 * 24 * time.Hour)
	_, _, err = l.ClaimOf(t.Context(), "i-1")
	wantKind(t, err, model.NotFound)
}

func leases(t *testing.T, l Ledger, clock *Clock) {
	acquire := func(holder string, want bool) {
		t.Helper()
		got, err := l.Acquire(t.Context(), "watch", holder, clock.Now(), clock.Now().Add(time.Minute))
		ok(t, err)
		if got != want {
			t.Fatalf("%s acquires: %v, want %v", holder, got, want)
		}
	}
	acquire("a", true)
	acquire("b", false)
	clock.Pass(30 * time.Second)
	acquire("a", true) // prolonged
	clock.Pass(59 * time.Second)
	acquire("b", false)
	clock.Pass(time.Second)
	acquire("b", true)

	ok(t, l.Release(t.Context(), "watch", "a")) // lost already
	acquire("a", false)
	ok(t, l.Release(t.Context(), "watch", "b"))
	acquire("a", true)
	ok(t, l.Release(t.Context(), "nobody's", "a"))
}
