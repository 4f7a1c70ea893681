package events

// Kind describes a kind of event to those who route: rules, documentation, tests.
type Kind struct {
	Source     string
	DetailType string
	// Pattern is the EventBridge rule pattern that matches this kind and no other. Empty for
	// a kind that never travels over a bus.
	//
	// Patterns keep to what both EventBridge and quamina understand (exact, prefix, exists,
	// anything-but with a list), so that tests match in-process what rules match in AWS. Those
	// of ours insist on detail.cluster: rules take MessageGroupId from it, and what EventBridge
	// does when that path is missing is not documented.
	Pattern string

	decode func(Envelope) (Event, error)
}

// StrayPattern matches events that claim to be ours but name no cluster. No function's rule
// matches them; a rule with this pattern takes them to a dead-letter queue, so that they are
// seen.
const StrayPattern = `{"source":["slipway"],"detail":{"cluster":[{"exists":false}]}}`

// Kinds lists every kind that Decode knows, in the order of an event's path.
func Kinds() []Kind {
	return []Kind{
		podsPending(),
		capacityNeeded(),
		catalogChanged(),
		nodeChanged(),
		poolChanged(),
		classChanged(),
		tick(),
		claimDue(),
		planDecided(),
		fleetLaunched(),
		nodeRegistered(),
		nodeInitialized(),
		claimRetired(),
	}
}

// Pattern is the rule pattern of a kind of ours. False for an unknown kind, and for one that
// never travels over a bus.
func Pattern(detailType string) (string, bool) {
	pattern := byKey[key{Source, detailType}].Pattern
	return pattern, pattern != ""
}

type key struct{ source, detailType string }

// byKey is written once, here, and only read afterwards.
var byKey = index(Kinds())

func index(kinds []Kind) map[key]Kind {
	m := make(map[key]Kind, len(kinds))
	for _, k := range kinds {
		m[key{k.Source, k.DetailType}] = k
	}
	return m
}

// ours registers a kind of ours. The detail-type comes from the struct, the pattern is spelt out
// beside it: a test holds the two together.
func ours[T detail](pattern string) Kind {
	var zero T
	return Kind{Source: Source, DetailType: zero.Kind(), Pattern: pattern, decode: decodeDetail[T]}
}
