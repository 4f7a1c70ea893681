package fake

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// ByLaunch as instances.Instances'.
func (f *Instances) ByLaunch(_ context.Context, launch, page string) (model.Page[model.Instance], error) {
	return f.byTag("ByLaunch", model.TagLaunch, launch, page)
}

// ByCluster as instances.Instances'.
func (f *Instances) ByCluster(_ context.Context, owner, page string) (model.Page[model.Instance], error) {
	return f.byTag("ByCluster", model.TagCluster, owner, page)
}

func (f *Instances) byTag(method, tag, value, page string) (list model.Page[model.Instance], err error) {
	err = f.call(method, func() error {
		f.state.Lock()
		defer f.state.Unlock()
		size := cmp.Or(f.PageSize, 500)
		for _, id := range slices.Sorted(maps.Keys(f.instances)) {
			i := f.instances[id]
			if i.Tags[tag] != value || i.State == "terminated" || id <= page || !i.seen() {
				continue
			}
			if len(list.Items) == size {
				list.Next = list.Items[size-1].ID
				return nil
			}
			list.Items = append(list.Items, i.copy())
		}
		return nil
	})
	return list, err
}

// seen counts a look-up, and tells whether the instance shows up in it.
func (i *instance) seen() bool {
	if i.unseen > 0 {
		i.unseen--
		return false
	}
	return true
}

// ByID as instances.Instances'.
func (f *Instances) ByID(_ context.Context, ids []string) (list []model.Instance, err error) {
	err = f.call("ByID", func() error {
		f.state.Lock()
		defer f.state.Unlock()
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			if i := f.instances[id]; i != nil && i.seen() {
				list = append(list, i.copy())
			}
		}
		return nil
	})
	return list, err
}

// Tag as instances.Instances'.
func (f *Instances) Tag(_ context.Context, id string, tags map[string]string) error {
	return f.call("Tag", func() error {
		f.state.Lock()
		defer f.state.Unlock()
		i := f.instances[id]
		if i == nil {
			return failure(model.NotFound, "tag instance", "instance %s", id)
		}
		if i.Tags == nil {
			i.Tags = map[string]string{}
		}
		maps.Copy(i.Tags, tags)
		return nil
	})
}

// Terminate as instances.Instances'.
func (f *Instances) Terminate(_ context.Context, ids []string) error {
	return f.call("Terminate", func() error {
		f.state.Lock()
		defer f.state.Unlock()
		for _, id := range ids {
			if f.instances[id] == nil {
				return failure(model.NotFound, "terminate instances", "instance %s", id)
			}
		}
		for _, id := range ids {
			f.instances[id].State = "terminated"
		}
		return nil
	})
}
