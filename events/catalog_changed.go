package events

// KindCatalogChanged: a new catalog object is in the bucket. catalog publishes it; provision is
// woken by it, since pods may have waited for a pool or class to become ready.
const KindCatalogChanged = "Catalog Changed"

// CatalogChanged is the detail of KindCatalogChanged.
type CatalogChanged struct {
	Header
	// Version is the object's ETag or version id: a reader holding it need not fetch.
	Version string `json:"version"`
	// Reason is for people, e.g. "pool general became ready".
	Reason string `json:"reason"`
}

func catalogChanged() Kind {
	return ours[CatalogChanged](`{"source":["slipway"],"detail-type":["Catalog Changed"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewCatalogChanged is a CatalogChanged.
func NewCatalogChanged(head Header, version, reason string) CatalogChanged {
	return CatalogChanged{Header: head, Version: version, Reason: reason}
}

// Kind implements Event.
func (CatalogChanged) Kind() string { return KindCatalogChanged }

func (e CatalogChanged) check() error {
	return required(field{"version", e.Version}, field{"reason", e.Reason})
}
