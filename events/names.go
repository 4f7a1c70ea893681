package events

import (
	"fmt"
	"slices"
)

// MaxNames is how many object names a list in an event holds at most. Kubernetes' names have at
// most 253 bytes, so that even an event with two such lists stays below MaxEntrySize.
const MaxNames = 500

// Chunks cuts names into lists that fit into one event each. No names, no chunks.
func Chunks(names []string) [][]string {
	return slices.Collect(slices.Chunk(names, MaxNames))
}

// checkNames wants at least one name in the lists together, and no empty one: an event that
// names nothing would wake a function for nothing.
func checkNames(what string, lists ...[]string) error {
	count := 0
	for _, list := range lists {
		if slices.Contains(list, "") {
			return fmt.Errorf("%s: an empty name", what)
		}
		count += len(list)
	}
	if count == 0 {
		return fmt.Errorf("%s: no names", what)
	}
	return nil
}

// field is a detail's text field, by its name on the wire.
type field struct{ name, value string }

func required(fields ...field) error {
	for _, f := range fields {
		if f.value == "" {
			return fmt.Errorf("%s is missing", f.name)
		}
	}
	return nil
}
