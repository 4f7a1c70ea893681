package connect

import (
	"net/http"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

// What was made of a connection is kept as long as the connection.
func TestKept(t *testing.T) {
	c, _ := overHTTP(t, http.StatusOK, "{}")
	connected(c, model.Cluster{Key: key})
	connected(c, model.Cluster{Key: "b04d1e6f8a97"})
	made := 0
	k := &Kept[int]{Clusters: c, Make: func(*Connection) int { made++; return made }}
	want := func(key string, want int) {
		t.Helper()
		if got, err := k.Connect(t.Context(), key); err != nil || got != want {
			t.Errorf("%s: %d, want %d; error %v", key, got, want, err)
		}
	}
	want(key, 1)
	want("b04d1e6f8a97", 2)
	want(key, 1)
	connected(c, model.Cluster{Key: key, Mode: model.Report}) // the registration changed
	want(key, 3)
	want("b04d1e6f8a97", 2)
	if got, err := k.Connect(t.Context(), "unregistered"); err == nil || got != 0 {
		t.Errorf("unregistered: %d, error %v", got, err)
	}
}
