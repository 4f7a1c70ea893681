package require

import (
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestWords(t *testing.T) {
	r := model.Requirement{Key: "k", Operator: model.In, Values: []string{"1", "2", "3", "4", "5", "6", "7"}}
	if got, want := Words(r), "k In [1, 2, 3, 4, 5, 2 more]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Words(model.Requirement{Key: "k", Operator: model.Exists}), "k Exists"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
