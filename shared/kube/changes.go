package kube

import (
	"context"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// changes drains one watch: what changed since the resource version, until nothing has come for Options.Quiet. The
// API says nothing when it has told all; it sends what it knows at once, so silence is the sign. What comes too
// late for it comes with the next call, which goes on from the returned resource version. When the time is up
// before silence, what has come is returned.
func changes[O, T any](ctx context.Context, c *Client, r resource[O, T], since string) (model.Changes[T], error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	s, err := open(ctx, c, r, since)
	if err != nil {
		return model.Changes[T]{}, err
	}
	defer s.close()
	found := newestOf[T]{version: since, at: map[string]int{}}
	messages := s.messages(ctx)
	for {
		m, more := beforeQuiet(ctx, messages, c.options.Quiet)
		if !more {
			return found.changes(), nil
		}
		e, err := read(s, r, m.kind, m.object)
		if err != nil {
			return model.Changes[T]{}, err
		}
		found.add(e)
	}
}

// beforeQuiet returns the next message, and false when none comes any more: it was quiet, the time is up, or the
// stream has ended.
func beforeQuiet(ctx context.Context, messages <-chan message, quiet time.Duration) (m message, more bool) {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	select {
	case m, more = <-messages:
	case <-ctx.Done():
	case <-timer.C:
		select { // both may be ready when the process was stopped for a while
		case m, more = <-messages:
		default:
		}
	}
	return m, more
}

type message struct {
	kind   string
	object []byte
}

// messages reads on the side, so that silence can be waited for. The reader ends with ctx or the stream, whichever
// is first; that the stream broke shows in the next call.
func (s *stream) messages(ctx context.Context) <-chan message {
	out := make(chan message)
	go func() {
		defer close(out)
		for {
			kind, object, err := s.next()
			if err != nil {
				return
			}
			select {
			case out <- message{kind, object}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// newestOf keeps the last event of each object, in the order in which the objects first came.
type newestOf[T any] struct {
	events  []event[T]
	at      map[string]int // key -> index in events
	version string
}

func (n *newestOf[T]) add(e event[T]) {
	n.version = e.ResourceVersion
	if e.Kind == model.Bookmark {
		return
	}
	if i, seen := n.at[e.key]; seen {
		n.events[i] = e
		return
	}
	n.at[e.key] = len(n.events)
	n.events = append(n.events, e)
}

func (n *newestOf[T]) changes() model.Changes[T] {
	out := model.Changes[T]{ResourceVersion: n.version}
	for _, e := range n.events {
		if e.Kind == model.Deleted {
			out.Deleted = append(out.Deleted, e.key)
		} else {
			out.Upserted = append(out.Upserted, e.Object)
		}
	}
	return out
}

// PodChanges drains the changes of bound pods since the resource version; one that has finished is Deleted. Gone
// means to list again.
func (c *Client) PodChanges(ctx context.Context, since string) (model.Changes[model.Pod], error) {
	return changes(ctx, c, boundPods(), since)
}

// NodeChanges drains the changes of nodes, as PodChanges.
func (c *Client) NodeChanges(ctx context.Context, since string) (model.Changes[model.Node], error) {
	return changes(ctx, c, nodes(), since)
}

// DaemonSetChanges drains the changes of daemonsets, as PodChanges.
func (c *Client) DaemonSetChanges(ctx context.Context, since string) (model.Changes[model.DaemonSet], error) {
	return changes(ctx, c, daemonSets(), since)
}
