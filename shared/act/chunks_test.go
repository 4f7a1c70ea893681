package act

import (
	"fmt"
	"testing"
)

func TestChunks(t *testing.T) {
	for n, want := range map[int]string{
		1: "[map[a:1] map[b:2] map[c:3]]",
		2: "[map[a:1 b:2] map[c:3]]",
		3: "[map[a:1 b:2 c:3]]",
	} {
		if got := fmt.Sprint(chunks(map[string]string{"c": "3", "a": "1", "b": "2"}, n)); got != want {
			t.Errorf("of %d: %s", n, got)
		}
	}
	if got := chunks(nil, 25); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}
