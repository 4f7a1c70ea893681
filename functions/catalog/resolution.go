package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// resolution is one class on its way to what it resolves to.
type resolution struct {
	*refresh
	class model.EC2NodeClass

	subnets   []model.Subnet // most free addresses first
	groups    []model.SecurityGroup
	images    []model.Image
	profile   string
	templates []model.LaunchTemplate
	problems  problems
}

// trouble notes what the class's owner has to mend.
func (r *resolution) trouble(condition, reason, message string) {
	r.problems = append(r.problems, problem{condition, reason, message})
}

// run resolves the class. An error means that a call failed, so that nothing can be said about the class now.
func (r *resolution) run(ctx context.Context, pools []model.NodePool) error {
	r.checkSupport()
	for _, step := range []struct {
		what    string
		resolve func(context.Context) error
	}{
		{"subnets", r.resolveSubnets},
		{"security groups", r.resolveGroups},
		{"images", r.resolveImages},
		{"instance profile", r.resolveProfile},
	} {
		if err := step.resolve(ctx); err != nil {
			return fmt.Errorf("class %s: %s: %w", r.class.Name, step.what, err)
		}
	}
	if len(r.problems) > 0 {
		return nil
	}
	return wrap("class "+r.class.Name+": launch templates", r.makeTemplates(ctx, pools))
}

// checkSupport refuses a class that asks for what this version would leave out: a node that is not as asked for is
// worse than none.
func (r *resolution) checkSupport() {
	if r.class.Invalid != "" {
		r.trouble(validationSucceeded, "NotReadable", r.class.Invalid)
	}
	switch r.class.Family {
	case model.FamilyAL2023, model.FamilyBottlerocket, model.FamilyCustom, "":
	default:
		r.trouble(imagesReady, "UnsupportedFamily", "amiFamily "+r.class.Family+" is not supported")
	}
	if len(r.class.Unsupported) > 0 {
		r.trouble(validationSucceeded, "NotSupported", "not supported yet: "+strings.Join(r.class.Unsupported, ", "))
	}
}

// resolved is the class as the catalog has it.
func (r *resolution) resolved() model.ResolvedClass {
	out := model.ResolvedClass{
		Name:             r.class.Name,
		UID:              r.class.UID,
		Hash:             r.class.Hash,
		NotReady:         r.problems.String(),
		Subnets:          byZone(r.subnets),
		Images:           r.images,
		Tags:             r.ownTags(),
		Kubelet:          r.class.Kubelet,
		EphemeralStorage: storageOf(r.class),
	}
	if len(r.problems) == 0 {
		out.Templates = r.templates
	}
	return out
}

// resolveClasses resolves all classes that are to stay, side by side. A class about which nothing can be said now
// stays as the last catalog has it, if it is still the same one; the error tells of it.
func (r *refresh) resolveClasses(ctx context.Context) ([]*resolution, error) {
	var live []*resolution
	for _, class := range r.classes {
		if !class.Deleting {
			live = append(live, &resolution{refresh: r, class: class})
		}
	}
	failed := make([]error, len(live))
	var tasks []func(context.Context) error
	for i, x := range live {
		tasks = append(tasks, func(ctx context.Context) error {
			failed[i] = x.run(ctx, r.poolsOf(x.class.Name))
			return nil
		})
	}
	if err := r.handler.Parallel(ctx, tasks...); err != nil {
		return nil, err
	}
	var done []*resolution
	for i, x := range live {
		if failed[i] == nil {
			done = append(done, x)
		} else if last := r.last.Class(x.class.Name); last != nil && last.UID == x.class.UID {
			r.unchanged = append(r.unchanged, *last)
		}
	}
	return done, errors.Join(failed...)
}
