package events

import (
	"fmt"
	"strconv"
	"strings"
)

// PatternOf is one rule pattern for several kinds of ours, as exact as each one's own: it matches
// what any of them matches, and nothing else.
func PatternOf(detailTypes ...string) string {
	quoted := make([]string, len(detailTypes))
	for i, detailType := range detailTypes {
		quoted[i] = strconv.Quote(detailType)
	}
	const form = `{"source":["slipway"],"detail-type":[%s],"detail":{"cluster":[{"exists":true}]}}`
	return fmt.Sprintf(form, strings.Join(quoted, ","))
}
