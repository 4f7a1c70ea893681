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

	"github.com/slipway-dev/slipway/shared/model"
)

// read is a file of the script, with what it can't know filled in.
func (r *run) read(ts *testscript.TestScript, file string) string {
	return strings.NewReplacer(
		"$CLUSTER", r.env.Cluster.Key, "$NAME", r.env.Cluster.Name, "$NOW", time.Now().UTC().Format(time.RFC3339Nano),
	).Replace(ts.ReadFile(file))
}

// settings reads model.Settings; a file that does not exist has none.
func settings(path string) (s model.Settings, err error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	known := json.NewDecoder(bytes.NewReader(raw))
	known.DisallowUnknownFields()
	if err := known.Decode(&s); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// variables reads lines of NAME=value; a file that does not exist has none.
func variables(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("%s: %q is not NAME=value", path, line)
		}
		out[name] = value
	}
	return out, nil
}
