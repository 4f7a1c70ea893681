package observe

import (
	"context"
	"encoding/json"
	"hash/fnv"

	"github.com/slipway-dev/slipway/shared/model"
)

// kind is one kind of object and what of it is news.
type kind[T any] struct {
	name  string // in lines and metrics
	list  func(ctx context.Context, page string) (model.Page[T], error)
	watch func(ctx context.Context, since string, handle func(model.WatchEvent[T]) error) error

	subject func(T) subject
	// print is false for an object that concerns nobody. Two states of an object with the same fingerprint are the
	// same to all who are woken.
	print func(T) (fingerprint, bool)
	// first says which of the objects that a watcher finds are news to it, polled which ones a poll tells: those
	// that somebody has still to act upon, as far as one look can tell.
	first, polled func(T) bool
	// leaving says that it is news when an object goes, or concerns nobody any more.
	leaving bool
}

// subject names an object that news is about.
type subject struct {
	kind            objectKind
	namespace, name string
	uid             string // of pods only
}

type objectKind string

const (
	aPod   objectKind = "pod"
	aNode  objectKind = "node"
	aClaim objectKind = "claim"
	aPool  objectKind = "pool"
	aClass objectKind = "class"
)

// fingerprint stands for what is read of an object: all that is kept of it.
type fingerprint uint64

// printOf is the fingerprint of a struct of the fields that are read.
func printOf(fields any) fingerprint {
	body, err := json.Marshal(fields)
	if err != nil { // strings, numbers and maps of them always marshal
		return 0
	}
	h := fnv.New64a()
	h.Write(body)
	return fingerprint(h.Sum64())
}

func always[T any](T) bool { return true }
