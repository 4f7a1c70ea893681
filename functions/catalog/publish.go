package catalog

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// compose puts the catalog together. Its version is the hash of all that is in it but the time.
func (r *refresh) compose(types []model.InstanceType, done []*resolution) (*model.Catalog, error) {
	next := &model.Catalog{
		Schema:  model.CatalogSchema,
		Region:  r.cluster.Info.Region,
		Types:   types,
		Classes: slices.Clone(r.unchanged),
	}
	for _, x := range done {
		next.Classes = append(next.Classes, x.resolved())
	}
	slices.SortFunc(next.Classes, func(a, b model.ResolvedClass) int { return cmp.Compare(a.Name, b.Name) })
	raw, err := json.Marshal(next)
	if err != nil {
		return nil, fmt.Errorf("hash the catalog: %w", err)
	}
	sum := sha256.Sum256(raw)
	next.Version = hex.EncodeToString(sum[:10])
	next.At = r.now.UTC().Truncate(time.Second)
	return next, nil
}

// put writes the catalog if it is another than the last.
func (r *refresh) put(ctx context.Context, next *model.Catalog) (changed bool, err error) {
	if next.Version == r.last.Version {
		return false, nil
	}
	etag, err := r.handler.Catalogs.PutCatalog(ctx, r.cluster.Info.Key, next, r.memory.etag)
	if err != nil {
		return false, fmt.Errorf("put the catalog: %w", err)
	}
	r.memory.catalog, r.memory.etag = next, etag
	r.scope.Log.InfoContext(ctx, "catalog changed", "version", next.Version, "types", len(next.Types), "classes", len(next.Classes))
	return true, nil
}

// reason is what changed, for people; empty when nothing did that a decision would see.
func (r *refresh) reason(changed bool, ready []string, next *model.Catalog) string {
	var words []string
	if len(ready) > 0 {
		words = append(words, "ready now: "+strings.Join(ready, ", "))
	}
	if changed {
		for _, c := range next.Classes {
			if old := r.last.Class(c.Name); old == nil || !reflect.DeepEqual(*old, c) {
				words = append(words, "class "+c.Name+" resolves to something else")
			}
		}
		if len(words) == 0 {
			words = append(words, "types, prices or classes are others")
		}
	}
	return strings.Join(words, "; ")
}

func (r *refresh) tell(ctx context.Context, reason string) error {
	head := r.head.Next(r.handler.NewID(), r.handler.Now())
	entry, err := events.Encode(events.NewCatalogChanged(head, r.memory.etag, reason))
	if err != nil {
		return fmt.Errorf("tell the bus: %w", err)
	}
	return wrap("tell the bus", r.handler.Bus.Put(ctx, []events.Entry{entry}))
}
