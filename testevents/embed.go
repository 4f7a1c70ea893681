// Package testevents holds golden events: what really travels, as files, for the tests of every
// room that reads from the wire.
//
//	slipway/    one per kind of ours, as EventBridge delivers it
//	aws.ec2/    EC2's, as documented by AWS
//	unknown/    well formed, of kinds that nobody here knows
//	newer/      ours, of a schema to come, with fields that have changed their types
//	malformed/  what must never harm anybody, a fault each
//	sqs/        batches as Lambda hands them over: mixed, doubled, malformed, of several groups
//
// A kind of event is not done before its golden event is here.
package testevents

import (
	"embed"
	"fmt"
	"io/fs"
)

// FS holds the files, by the paths above.
//
//go:embed slipway aws.ec2 unknown newer malformed sqs
var FS embed.FS

// Read returns a file, e.g. "slipway/pods-pending.json".
func Read(path string) ([]byte, error) {
	raw, err := FS.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("golden event: %w", err)
	}
	return raw, nil
}

// List returns the paths of the files in folders, sorted within each.
func List(folders ...string) ([]string, error) {
	var paths []string
	for _, folder := range folders {
		entries, err := fs.ReadDir(FS, folder)
		if err != nil {
			return nil, fmt.Errorf("golden events: %w", err)
		}
		for _, entry := range entries {
			paths = append(paths, folder+"/"+entry.Name())
		}
	}
	return paths, nil
}
