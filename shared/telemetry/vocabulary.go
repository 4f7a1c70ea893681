package telemetry

import "time"

// Namespace is where CloudWatch files our metrics.
const Namespace = "Slipway"

// Metric is a word of the vocabulary, for alarms and dashboards to refer to.
type Metric struct {
	Name string
	Unit string // CloudWatch's: Count, Milliseconds or Seconds
	// Dimensions: Cluster is "name/key", Function is Lambda's name of it; the rest is as the
	// method that adds to the metric says.
	Dimensions []string
	// Each tells that CloudWatch gets every value by itself, not their sum.
	Each bool
}

// The vocabulary. Each has its method below, and nothing else adds to it.
var (
	eventsReceived   = Metric{Name: "EventsReceived", Unit: "Count", Dimensions: []string{"Cluster", "Kind"}}
	eventsUnknown    = Metric{Name: "EventsUnknown", Unit: "Count", Dimensions: []string{"Function", "Kind"}}
	eventsMalformed  = Metric{Name: "EventsMalformed", Unit: "Count", Dimensions: []string{"Function", "Kind"}}
	eventsKept       = Metric{Name: "EventsKept", Unit: "Count", Dimensions: []string{"Function", "Kind"}}
	messagesReturned = Metric{Name: "MessagesReturned", Unit: "Count", Dimensions: []string{"Function", "Outcome"}}
	ticksUnanswered  = Metric{Name: "TicksUnanswered", Unit: "Count", Dimensions: []string{"Cluster"}}
	decisions        = Metric{Name: "Decisions", Unit: "Count", Dimensions: []string{"Cluster"}}
	ownTime          = Metric{Name: "OwnTime", Unit: "Milliseconds", Dimensions: []string{"Function", "Cluster"}, Each: true}
	claimsCreated    = Metric{Name: "ClaimsCreated", Unit: "Count", Dimensions: []string{"Cluster"}}
	podsUnplaced     = Metric{Name: "PodsUnplaced", Unit: "Count", Dimensions: []string{"Cluster"}, Each: true}
	launches         = Metric{Name: "Launches", Unit: "Count", Dimensions: []string{"Cluster"}}
	launchErrors     = Metric{Name: "LaunchErrors", Unit: "Count", Dimensions: []string{"Cluster", "Code"}}
	nodesRegistered  = Metric{Name: "NodesRegistered", Unit: "Seconds", Dimensions: []string{"Cluster"}, Each: true}
	nodesInitialized = Metric{Name: "NodesInitialized", Unit: "Seconds", Dimensions: []string{"Cluster"}, Each: true}
	capsHit          = Metric{Name: "CapsHit", Unit: "Count", Dimensions: []string{"Cluster", "Cap"}}
	breakersOpened   = Metric{Name: "BreakersOpened", Unit: "Count", Dimensions: []string{"Cluster"}}
	eventsPublished  = Metric{Name: "EventsPublished", Unit: "Count", Dimensions: []string{"Cluster", "Kind"}}
	watchesFailed    = Metric{Name: "WatchesFailed", Unit: "Count", Dimensions: []string{"Cluster", "Kind"}}
)

// Vocabulary lists every metric there is.
func Vocabulary() []Metric {
	return []Metric{
		eventsReceived, eventsUnknown, eventsMalformed, eventsKept, messagesReturned, ticksUnanswered,
		decisions, ownTime, claimsCreated, podsUnplaced, launches, launchErrors,
		nodesRegistered, nodesInitialized, capsHit, breakersOpened, eventsPublished, watchesFailed,
	}
}

// EventReceived counts an event that was decoded, by its kind.
func (s *Scope) EventReceived(kind string) { s.add(eventsReceived, 1, kind) }

// EventUnknown counts an event of a kind that this build does not know.
func (s *Scope) EventUnknown(kind string) { s.add(eventsUnknown, 1, kind) }

// EventMalformed counts an event that could not be decoded and never will.
func (s *Scope) EventMalformed(kind string) { s.add(eventsMalformed, 1, kind) }

// EventKept counts an event that went to the dead letters, for whatever reason.
func (s *Scope) EventKept(kind string) { s.add(eventsKept, 1, kind) }

// MessageReturned counts a message that comes again, by the outcome that says why.
func (s *Scope) MessageReturned(outcome string) { s.add(messagesReturned, 1, outcome) }

// TickUnanswered counts a tick that was acknowledged although its cluster did not answer: the
// next one repeats it.
func (s *Scope) TickUnanswered() { s.add(ticksUnanswered, 1) }

// Decision counts a decision, whatever its Plan holds.
func (s *Scope) Decision() { s.add(decisions, 1) }

// OwnTime takes what an invocation needed for itself: from its begin to the launch request, say.
func (s *Scope) OwnTime(d time.Duration) { s.add(ownTime, float64(d.Microseconds())/1e3) }

// ClaimsCreated counts NodeClaims that were created.
func (s *Scope) ClaimsCreated(n int) { s.add(claimsCreated, float64(n)) }

// PodsUnplaced takes how many pods a decision found no place for.
func (s *Scope) PodsUnplaced(n int) { s.add(podsUnplaced, float64(n)) }

// Launch counts a CreateFleet call.
func (s *Scope) Launch() { s.add(launches, 1) }

// LaunchError counts an offering that EC2 refused, by its error code.
func (s *Scope) LaunchError(code string) { s.add(launchErrors, 1, code) }

// NodeRegistered takes the time from a claim's launch to its Registered.
func (s *Scope) NodeRegistered(sinceLaunch time.Duration) {
	s.add(nodesRegistered, sinceLaunch.Seconds())
}

// NodeInitialized takes the time from a claim's launch to its Initialized.
func (s *Scope) NodeInitialized(sinceLaunch time.Duration) {
	s.add(nodesInitialized, sinceLaunch.Seconds())
}

// CapHit counts a decision that a cap held back, by the cap.
func (s *Scope) CapHit(limit string) { s.add(capsHit, 1, limit) }

// BreakerOpened counts a breaker that opened: an owner whose pods don't bind is bought for no
// longer.
func (s *Scope) BreakerOpened() { s.add(breakersOpened, 1) }

// EventPublished counts an event that observe put on the bus, by its kind.
func (s *Scope) EventPublished(kind string) { s.add(eventsPublished, 1, kind) }

// WatchFailed counts a list or watch that broke off or never came to be, by the kind of object, or a connection that
// was not made. It is tried again.
func (s *Scope) WatchFailed(kind string) { s.add(watchesFailed, 1, kind) }
