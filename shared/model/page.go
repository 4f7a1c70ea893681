package model

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Next  string // token of the next page; empty on the last
	// ResourceVersion of the list, where Kubernetes gives one.
	ResourceVersion string
}

// Changes of one kind of object since a resource version.
type Changes[T any] struct {
	Upserted        []T      // the newest state of each, in order of arrival
	Deleted         []string // keys: name, or namespace/name
	ResourceVersion string   // to go on from
}
