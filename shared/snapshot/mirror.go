package snapshot

import (
	"context"

	"github.com/slipway-dev/slipway/shared/model"
)

// mirror keeps all objects of one kind as of a resource version. T is what the source gives, V what is kept of it.
type mirror[T, V any] struct {
	list    func(ctx context.Context, page string) (model.Page[T], error)
	changes func(ctx context.Context, since string) (model.Changes[T], error)
	key     func(T) string
	keep    func(T) V

	items   map[string]V
	version string // empty: nothing is known
}

// refresh brings the mirror up to date. After an error it is as it was before.
func (m *mirror[T, V]) refresh(ctx context.Context) error {
	if m.version != "" {
		changes, err := m.changes(ctx, m.version)
		if err == nil {
			m.fold(changes)
			return nil
		}
		if !model.IsKind(err, model.Gone) {
			return err
		}
	}
	// Page by page, so that what is not kept is not held either.
	items := make(map[string]V, len(m.items))
	version, err := each(ctx, m.list,
		func() { clear(items) },
		func(x T) { items[m.key(x)] = m.keep(x) })
	if err != nil {
		return err
	}
	m.items, m.version = items, version
	return nil
}

func (m *mirror[T, V]) fold(c model.Changes[T]) {
	for _, key := range c.Deleted {
		delete(m.items, key)
	}
	for _, x := range c.Upserted {
		m.items[m.key(x)] = m.keep(x)
	}
	m.version = c.ResourceVersion
}

// attempts to list all pages. Kubernetes forgets a list that takes longer than five minutes.
const attempts = 3

// each calls use for everything that a list holds, over all its pages, and returns the list's resource version.
// When the list goes stale on the way it starts over, after restart.
func each[T any](ctx context.Context, list func(context.Context, string) (model.Page[T], error), restart func(), use func(T)) (version string, err error) {
	for range attempts {
		restart()
		version, err = eachOnce(ctx, list, use)
		if !model.IsKind(err, model.Gone) {
			break
		}
	}
	return version, err
}

func eachOnce[T any](ctx context.Context, list func(context.Context, string) (model.Page[T], error), use func(T)) (string, error) {
	for token := ""; ; {
		page, err := list(ctx, token)
		if err != nil {
			return "", err
		}
		for _, x := range page.Items {
			use(x)
		}
		if page.Next == "" {
			return page.ResourceVersion, nil
		}
		token = page.Next
	}
}

// all returns everything that a list holds, and its resource version.
func all[T any](ctx context.Context, list func(context.Context, string) (model.Page[T], error)) (items []T, version string, err error) {
	version, err = each(ctx, list, func() { items = nil }, func(x T) { items = append(items, x) })
	return items, version, err
}
