package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/shared/model"
)

// read is a file of the script, with what it can't know filled in.
func (r *run) read(ts *testscript.TestScript, file string) string {
	return strings.NewReplacer(
		"$CLUSTER", r.env.Cluster.Key, "$NAME", r.env.Cluster.Name, "$NOW", time.Now().UTC().Format(time.RFC3339Nano),
	).Replace(ts.ReadFile(file))
}

// wish is environment.json: what environment a script wants.
type wish struct {
	// Functions is added to the environment of all functions.
	Functions map[string]string `json:"functions"`
	// Settings of the cluster; durations in nanoseconds.
	Settings model.Settings `json:"settings"`
	// Minute is how long a minute of the schedules takes, as Go writes durations; so are the delays of machines.
	Minute      string `json:"minute"`
	BootDelay   string `json:"bootDelay"`
	DeviceDelay string `json:"deviceDelay"`
}

// readWish reads the file into the options. One that does not exist wishes nothing.
func readWish(path string, o *environment.Options) error {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var w wish
	known := json.NewDecoder(bytes.NewReader(raw))
	known.DisallowUnknownFields()
	if err := known.Decode(&w); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	o.Functions, o.Settings = w.Functions, w.Settings
	return errors.Join(setTime(&o.Minute, w.Minute), setTime(&o.BootDelay, w.BootDelay), setTime(&o.DeviceDelay, w.DeviceDelay))
}

func setTime(d *time.Duration, text string) (err error) {
	if text != "" {
		*d, err = time.ParseDuration(text)
	}
	return err
}
