package fake

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/slipway-dev/slipway/shared/model"
)

// Records is shared/aws/records in memory.
type Records struct {
	Faults

	state     sync.Mutex
	catalogs  map[string]model.Catalog
	versions  map[string]int
	decisions map[string][]byte
}

// NewRecords returns an empty bucket.
func NewRecords() *Records {
	return &Records{catalogs: map[string]model.Catalog{}, versions: map[string]int{}, decisions: map[string][]byte{}}
}

// etag of the cluster's catalog, empty when there is none.
func (r *Records) etag(cluster string) string {
	if r.versions[cluster] == 0 {
		return ""
	}
	return fmt.Sprintf(`"%d"`, r.versions[cluster])
}

// Catalog as records.Records'.
func (r *Records) Catalog(_ context.Context, cluster, etag string) (catalog *model.Catalog, current string, err error) {
	err = r.call("Catalog", func() error {
		r.state.Lock()
		defer r.state.Unlock()
		current = r.etag(cluster)
		if current == "" {
			return failure(model.NotFound, "read catalog", "cluster %s", cluster)
		}
		if current == etag {
			return nil
		}
		c, err := copied(r.catalogs[cluster])
		catalog = &c
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return catalog, current, nil
}

// PutCatalog as records.Records'.
func (r *Records) PutCatalog(_ context.Context, cluster string, catalog *model.Catalog, ifMatch string) (etag string, err error) {
	err = r.call("PutCatalog", func() error {
		r.state.Lock()
		defer r.state.Unlock()
		if r.etag(cluster) != ifMatch {
			return failure(model.Conflict, "put catalog", "cluster %s is at %s, not at %s", cluster, r.etag(cluster), ifMatch)
		}
		c, err := copied(*catalog)
		if err != nil {
			return err
		}
		r.catalogs[cluster] = c
		r.versions[cluster]++
		etag = r.etag(cluster)
		return nil
	})
	if err != nil {
		return "", err
	}
	return etag, nil
}

// PutDecision as records.Records'.
func (r *Records) PutDecision(_ context.Context, key string, body []byte) error {
	return r.call("PutDecision", func() error {
		r.state.Lock()
		defer r.state.Unlock()
		r.decisions[key] = bytes.Clone(body)
		return nil
	})
}

// Decisions are the keys of the decision records, sorted.
func (r *Records) Decisions() []string {
	r.state.Lock()
	defer r.state.Unlock()
	return slices.Sorted(maps.Keys(r.decisions))
}

// Decision is the record of the key, nil when there is none.
func (r *Records) Decision(key string) []byte {
	r.state.Lock()
	defer r.state.Unlock()
	return bytes.Clone(r.decisions[key])
}
