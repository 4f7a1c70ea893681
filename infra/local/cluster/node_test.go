package cluster

import (
	"strings"
	"testing"
	"time"
)

func TestSignNodeRefusesABadAuthority(t *testing.T) {
	_, _, err := SignNode([]byte("no"), []byte("no"), "n1", time.Now())
	if err == nil || !strings.Contains(err.Error(), "n1") {
		t.Errorf("%v, want an error that names the node", err)
	}
}
