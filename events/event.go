// Package events is the wire: everything that travels over the bus "slipway", or through a
// queue of ours, is described here and nowhere else.
//
// An event only wakes a function. What to do is derived again from the state of the cluster, so
// details stay small: they name their subject, and carry what a reader of a trace wants to know.
// A lost, late, doubled or reordered event costs time, never correctness.
//
// One file holds one kind: its detail, its rule pattern, its checks and its constructor. A
// function that publishes writes
//
//	head := events.NewHeader(events.Cluster{Key: key, Name: name}, ids.New(), clock.Now())
//	entry, err := events.Encode(events.NewPodsPending(head, pods, version))
//
// and a function that is woken writes
//
//	event, err := events.Decode([]byte(record.Body))
//	switch event := event.(type) {
//	case events.PodsPending:
//	case events.Tick:
//	}
//
// An error of Decode is a *DecodeError. It says by itself what a queue should do with the
// message (see its methods), so that package batch needs no knowledge of this one.
//
// Every detail of ours opens with a Header. Its schema number is the contract: a reader accepts
// the current and the previous one, and leaves a message with a newer one in its queue for the
// release that understands it.
package events

// Source is what events of ours carry in the envelope's "source".
const Source = "slipway"

// Event is one decoded event. The concrete types are the structs of this package, by value.
type Event interface {
	// Kind is the envelope's detail-type, e.g. "Pods Pending".
	Kind() string
	// Head tells which cluster the event is about, and what led to it.
	Head() Header
}
