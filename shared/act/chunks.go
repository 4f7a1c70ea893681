package act

import (
	"maps"
	"slices"
)

// maxIndex instances fit into one call of Ledger.Index.
const maxIndex = 25

// chunks cuts m into maps of at most n entries, by key order.
func chunks(m map[string]string, n int) []map[string]string {
	keys := slices.Sorted(maps.Keys(m))
	var out []map[string]string
	for part := range slices.Chunk(keys, n) {
		c := make(map[string]string, len(part))
		for _, k := range part {
			c[k] = m[k]
		}
		out = append(out, c)
	}
	return out
}
