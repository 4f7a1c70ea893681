package catalog

import (
	"context"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// makeTemplates makes a launch template for each pool of the class and each image that its nodes may boot from. In
// a cluster that is only reported on nothing is made, and templates have no id.
func (r *resolution) makeTemplates(ctx context.Context, pools []model.NodePool) error {
	var specs []model.TemplateSpec
	for _, pool := range pools {
		for _, image := range r.bootable(pool) {
			spec, err := r.templateSpec(pool, image)
			if err != nil {
				r.trouble(validationSucceeded, "UserDataInvalid", err.Error())
				return nil
			}
			specs = append(specs, spec)
			r.templates = append(r.templates, model.LaunchTemplate{Pool: pool.Name, PoolHash: pool.Hash, ImageID: image})
		}
	}
	if r.cluster.Info.Mode == model.Report {
		return nil
	}
	var tasks []func(context.Context) error
	for i := range specs {
		tasks = append(tasks, func(ctx context.Context) error {
			ref, err := r.ensureTemplate(ctx, specs[i])
			r.templates[i].ID, r.templates[i].Version = ref.ID, ref.Version
			return err
		})
	}
	err := r.handler.Parallel(ctx, tasks...)
	switch model.KindOf(err) {
	case model.Invalid, model.Denied, model.NotFound:
		r.trouble(validationSucceeded, "LaunchTemplateRefused", err.Error())
		return nil
	}
	return err
}

// bootable lists the class's images that a node of the pool could boot from, each once. An image for another
// architecture than the pool's needs no template.
func (r *resolution) bootable(pool model.NodePool) []string {
	var out []string
	for _, image := range r.images {
		if !slices.Contains(out, image.ID) && !excludes(pool.Requirements, image.Requirements) {
			out = append(out, image.ID)
		}
	}
	return out
}

// excludes reports whether two In requirements on one key have no value in common.
func excludes(a, b []model.Requirement) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Key != y.Key || x.Operator != model.In || y.Operator != model.In {
				continue
			}
			if !slices.ContainsFunc(x.Values, func(v string) bool { return slices.Contains(y.Values, v) }) {
				return true
			}
		}
	}
	return false
}

func (r *resolution) ensureTemplate(ctx context.Context, spec model.TemplateSpec) (model.TemplateRef, error) {
	return r.memory.templates.take(spec.Name, r.now, templatesHold, func() (model.TemplateRef, error) {
		ref, err := r.cluster.Templates.Create(ctx, spec)
		if model.IsKind(err, model.AlreadyExists) {
			return r.cluster.Templates.ByName(ctx, spec.Name)
		}
		return ref, err
	})
}
