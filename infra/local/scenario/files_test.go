package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/shared/model"
)

// TestWish: a script's environment.json, or none; one that wishes what nobody can grant is an error that says so.
func TestWish(t *testing.T) {
	full := environment.Options{
		Functions: map[string]string{"SLIPWAY_OBSERVE_MODE": "poll"}, Settings: model.Settings{NoCapacityFor: 5 * time.Second},
		Minute: 10 * time.Second, BootDelay: time.Second, DeviceDelay: 5 * time.Second,
	}
	tests := map[string]struct {
		file string
		want environment.Options
		err  string
	}{
		"everything": {
			file: `{"functions":{"SLIPWAY_OBSERVE_MODE":"poll"},"settings":{"noCapacityFor":5000000000},"minute":"10s","bootDelay":"1s","deviceDelay":"5s"}`,
			want: full,
		},
		"nothing":        {file: `{}`},
		"no file":        {},
		"unknown wish":   {file: `{"weather":"fine"}`, err: "weather"},
		"unknown amount": {file: `{"bootDelay":"soon"}`, err: "soon"},
		"no JSON":        {file: `bootDelay=1s`, err: "environment.json"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "environment.json")
			if tt.file != "" {
				if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var got environment.Options
			err := readWish(path, &got)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want one about %q", err, tt.err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("error %v, -want +got:\n%s", err, diff)
			}
		})
	}
}
