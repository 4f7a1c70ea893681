package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// candidate is an image for machines of one kind.
type candidate struct {
	image        model.MachineImage
	requirements []model.Requirement
}

// resolveImages finds the images of the class's terms: for each kind of machine the newest one, one that is not
// deprecated before any that is. They come newest first, which is the order in which they are tried.
func (r *resolution) resolveImages(ctx context.Context) error {
	var found []candidate
	for _, term := range r.class.Images {
		more, err := r.imagesOf(ctx, term)
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	best := map[string]candidate{}
	for _, c := range found {
		kind := fmt.Sprint(c.requirements)
		if old, ok := best[kind]; !ok || c.betterThan(old, r.now) {
			best[kind] = c
		}
	}
	chosen := make([]candidate, 0, len(best))
	for _, kind := range sortedKeys(best) {
		chosen = append(chosen, best[kind])
	}
	slices.SortStableFunc(chosen, func(a, b candidate) int {
		return cmp.Or(b.image.CreatedAt.Compare(a.image.CreatedAt), cmp.Compare(a.image.ID, b.image.ID))
	})
	for _, c := range chosen {
		r.images = append(r.images, model.Image{ID: c.image.ID, Name: c.image.Name, Requirements: c.requirements})
	}
	if _, told := r.problems.of(imagesReady); len(r.images) == 0 && !told {
		r.trouble(imagesReady, "AMINotFound", "AMISelector did not match any AMIs")
	}
	return nil
}

func (c candidate) betterThan(other candidate, now time.Time) bool {
	gone, otherGone := c.deprecated(now), other.deprecated(now)
	if gone != otherGone {
		return otherGone
	}
	return cmp.Or(c.image.CreatedAt.Compare(other.image.CreatedAt), cmp.Compare(c.image.Name, other.image.Name),
		cmp.Compare(c.image.ID, other.image.ID)) > 0
}

func (c candidate) deprecated(now time.Time) bool {
	return !c.image.Deprecated.IsZero() && !c.image.Deprecated.After(now)
}

func (r *resolution) imagesOf(ctx context.Context, term model.ImageTerm) ([]candidate, error) {
	switch {
	case term.Alias != "":
		return r.aliasImages(ctx, term.Alias)
	case term.SSMParameter != "":
		values, err := r.parameters(ctx, []string{term.SSMParameter})
		if err != nil {
			return nil, err
		}
		id := values[term.SSMParameter]
		if !strings.HasPrefix(id, "ami-") {
			return nil, nil
		}
		return plain(r.describe(ctx, id))
	case term.ID != "":
		return plain(r.describe(ctx, term.ID))
	}
	return plain(r.memory.images.take(keyOf(term.Selector), r.now, imagesHold, func() ([]model.MachineImage, error) {
		return all(ctx, func(ctx context.Context, page string) (model.Page[model.MachineImage], error) {
			return r.cluster.Images.BySelector(ctx, term.Selector, page)
		})
	}))
}

// plain are images of which only the architecture is known.
func plain(images []model.MachineImage, err error) ([]candidate, error) {
	var out []candidate
	for _, image := range images {
		if image.Arch != "" {
			out = append(out, candidate{image, []model.Requirement{archOf(image)}})
		}
	}
	return out, err
}

func archOf(image model.MachineImage) model.Requirement {
	return model.Requirement{Key: model.LabelArch, Operator: model.In, Values: []string{image.Arch}}
}

func (r *resolution) aliasImages(ctx context.Context, alias string) ([]candidate, error) {
	parameters, err := parametersOf(alias, r.details.Version)
	if err != nil {
		r.trouble(imagesReady, "UnsupportedAlias", err.Error())
		return nil, nil
	}
	values, err := r.parameters(ctx, sortedKeys(parameters))
	if err != nil || len(values) == 0 {
		return nil, err
	}
	variants := map[string][]variant{}
	for _, name := range sortedKeys(values) {
		variants[values[name]] = append(variants[values[name]], parameters[name]...)
	}
	images, err := r.describe(ctx, sortedKeys(variants)...)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, image := range images {
		for _, v := range variants[image.ID] {
			if image.Arch != "" {
				out = append(out, candidate{image, append([]model.Requirement{archOf(image)}, v.requirements()...)})
			}
		}
	}
	return out, nil
}

// mostParameters is how many SSM parameters one call reads.
const mostParameters = 10

func (r *resolution) parameters(ctx context.Context, names []string) (map[string]string, error) {
	return r.memory.values.take(strings.Join(names, " "), r.now, imagesHold, func() (map[string]string, error) {
		values := map[string]string{}
		for part := range slices.Chunk(names, mostParameters) {
			more, err := r.cluster.Images.Parameters(ctx, part)
			if err != nil {
				return nil, err
			}
			for name, value := range more {
				values[name] = value
			}
		}
		return values, nil
	})
}

func (r *resolution) describe(ctx context.Context, ids ...string) ([]model.MachineImage, error) {
	return r.memory.images.take(strings.Join(ids, " "), r.now, imagesHold, func() ([]model.MachineImage, error) {
		return all(ctx, func(ctx context.Context, page string) (model.Page[model.MachineImage], error) {
			return r.cluster.Images.ByID(ctx, ids, page)
		})
	})
}
