package model

// WatchKind is what happened to the object of a WatchEvent.
type WatchKind string

const (
	Upserted WatchKind = "upserted" // made, changed, or come into what is watched
	Deleted  WatchKind = "deleted"  // removed, or gone from what is watched
	Bookmark WatchKind = "bookmark" // nothing happened; the object is zero
)

// WatchEvent is one message of a long-lived watch.
type WatchEvent[T any] struct {
	Kind            WatchKind
	Object          T      // its last state
	ResourceVersion string // to go on from
}
