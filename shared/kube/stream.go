package kube

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// stream is an open watch.
type stream struct {
	op        string
	mediaType string // of the objects in its messages
	body      io.ReadCloser
	next      func() (kind string, object []byte, err error)
}

// maxFrame bounds a watch's message; etcd takes no object of more than 1.5 MiB.
const maxFrame = 16 << 20

// open begins a watch of the changes after the resource version since. It ends when ctx does, or is closed.
func open[O, T any](ctx context.Context, c *Client, r resource[O, T], since string) (*stream, error) {
	q := r.query()
	q.Set("watch", "1")
	q.Set("allowWatchBookmarks", "true")
	q.Set("resourceVersion", since)
	accept := r.accept()
	if accept == typeProtobuf {
		accept += ";stream=watch"
	}
	op := "watch " + r.plural
	response, err := c.send(ctx, request{op: op, method: http.MethodGet, path: r.path, query: q, accept: accept})
	if err != nil {
		return nil, err
	}
	s := &stream{op: op, mediaType: mediaTypeOf(response), body: response.Body}
	s.next = jsonMessages(response.Body)
	if s.mediaType == typeProtobuf {
		s.next = protobufMessages(response.Body)
	}
	return s, nil
}

func (s *stream) close() { s.body.Close() }

// protobufMessages reads frames of four bytes of length and a WatchEvent.
func protobufMessages(r io.Reader) func() (string, []byte, error) {
	return func() (string, []byte, error) {
		var length [4]byte
		if _, err := io.ReadFull(r, length[:]); err != nil {
			return "", nil, err
		}
		n := binary.BigEndian.Uint32(length[:])
		if n > maxFrame {
			return "", nil, fmt.Errorf("a message of %d bytes", n)
		}
		frame := make([]byte, n)
		if _, err := io.ReadFull(r, frame); err != nil {
			return "", nil, io.ErrUnexpectedEOF
		}
		var event metav1.WatchEvent
		if err := event.Unmarshal(frame); err != nil {
			return "", nil, err
		}
		return event.Type, event.Object.Raw, nil
	}
}

// jsonMessages reads WatchEvents one after another.
func jsonMessages(r io.Reader) func() (string, []byte, error) {
	decoder := json.NewDecoder(r)
	return func() (string, []byte, error) {
		var event struct {
			Type   string          `json:"type"`
			Object json.RawMessage `json:"object"`
		}
		err := decoder.Decode(&event)
		return event.Type, event.Object, err
	}
}

// event is a message with its object decoded.
type event[T any] struct {
	model.WatchEvent[T]
	key string
}

// read turns a message into an event. The API's own description of a failure is returned as the error it means.
func read[O, T any](s *stream, r resource[O, T], kind string, raw []byte) (event[T], error) {
	var e event[T]
	if kind == "ERROR" {
		var status metav1.Status
		if err := decode(s.mediaType, raw, &status); err != nil {
			return e, unreadable(s.op, err)
		}
		return e, statusError(s.op, status)
	}
	var object O
	if err := decode(s.mediaType, raw, &object); err != nil {
		return e, unreadable(s.op, err)
	}
	e.key, e.ResourceVersion = r.meta(&object)
	switch kind {
	case "BOOKMARK":
		e.Kind = model.Bookmark
		return e, nil
	case "DELETED":
		e.Kind = model.Deleted
	default:
		e.Kind = model.Upserted
	}
	e.Object = r.value(&object)
	if e.Kind == model.Upserted && r.dropped(e.Object) {
		e.Kind = model.Deleted // nobody needs it any more
	}
	return e, nil
}
