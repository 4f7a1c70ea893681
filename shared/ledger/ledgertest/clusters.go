package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

func clusters(t *testing.T, l Ledger, _ *Clock) {
	_, err := l.Cluster(t.Context(), cluster)
	wantKind(t, err, model.NotFound)
	wantKind(t, l.PutCluster(t.Context(), model.Cluster{Name: "nameless"}), model.Invalid)

	c := model.Cluster{
		Name: "production", Key: cluster, ARN: "arn:aws:eks:us-east-1:123456789012:cluster/production", Region: "us-east-1",
		UID: "6c1a", Mode: model.Active, RolePrefix: "arn:aws:iam::123456789012:role/slipway-0123456789ab-",
		Settings: model.Settings{MaxPrice: 5_000_000, BreakerAfter: time.Minute},
	}
	ok(t, l.PutCluster(t.Context(), c))
	got, err := l.Cluster(t.Context(), cluster)
	ok(t, err)
	equal(t, "cluster", got, c)

	c.Mode = model.Report
	ok(t, l.PutCluster(t.Context(), c))
	page, err := l.Clusters(t.Context(), "")
	ok(t, err)
	equal(t, "clusters", page, model.Page[model.Cluster]{Items: []model.Cluster{c}})
}

func clustersPage(t *testing.T, l Ledger, _ *Clock) {
	const n = 103
	for i := range n {
		ok(t, l.PutCluster(t.Context(), model.Cluster{Key: fmt.Sprintf("%012x", i)}))
	}
	var keys []string
	for page := ""; ; {
		p, err := l.Clusters(t.Context(), page)
		ok(t, err)
		for _, c := range p.Items {
			keys = append(keys, c.Key)
		}
		if page = p.Next; page == "" {
			break
		}
		if len(keys) >= n {
			t.Fatal("a page after the last one")
		}
	}
	if len(keys) != n {
		t.Fatalf("%d clusters listed, want %d", len(keys), n)
	}
	for i, key := range keys {
		equal(t, "order", key, fmt.Sprintf("%012x", i))
	}
}
