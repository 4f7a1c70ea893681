package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// resolveProfile takes the instance profile that the class names, or makes one for the class's role.
func (r *resolution) resolveProfile(ctx context.Context) error {
	if r.class.Profile != "" {
		r.profile = r.class.Profile
		return nil
	}
	if r.class.Role == "" {
		r.trouble(profileReady, "RoleMissing", "neither role nor instanceProfile is set")
		return nil
	}
	name := r.profileName()
	if r.cluster.Info.Mode == model.Report {
		r.profile = name
		return nil
	}
	_, err := r.memory.profiles.take(name+" "+r.class.Role, r.now, profilesHold, func() (struct{}, error) {
		return struct{}{}, r.ensureProfile(ctx, name)
	})
	switch model.KindOf(err) {
	case "":
		r.profile = name
		return nil
	case model.NotFound:
		r.trouble(profileReady, "RoleNotFound", fmt.Sprintf("role %s does not exist", r.class.Role))
		return nil
	case model.Denied, model.Invalid, model.QuotaExceeded:
		r.trouble(profileReady, "InstanceProfileNotMade", err.Error())
		return nil
	}
	return err
}

// profileName depends on class and role: a role is never exchanged under running instances.
func (r *resolution) profileName() string {
	sum := sha256.Sum256([]byte(r.class.Name + "\n" + r.class.Role))
	return "slipway-" + r.cluster.Info.Key + "-" + hex.EncodeToString(sum[:6])
}

// ensureProfile makes what is missing of a profile with its role. It may be killed at any call and run again.
func (r *resolution) ensureProfile(ctx context.Context, name string) error {
	role, err := r.cluster.Profiles.Role(ctx, name)
	if model.IsKind(err, model.NotFound) {
		tags := r.ownTags()
		tags[model.LabelRegion] = r.cluster.Info.Region
		err = r.cluster.Profiles.Create(ctx, name, "/slipway/"+r.cluster.Info.Key+"/", tags)
		if model.IsKind(err, model.AlreadyExists) {
			err = nil // made beside us; its role is looked at next time if it is another
		}
	}
	if err != nil {
		return err
	}
	switch role {
	case r.class.Role:
		return nil
	case "":
		err := r.cluster.Profiles.AddRole(ctx, name, r.class.Role)
		if model.IsKind(err, model.QuotaExceeded) {
			return nil // added beside us: a profile of this name gets no other role
		}
		return err
	}
	return &model.Error{Kind: model.Invalid, Op: "instance profile " + name,
		Err: fmt.Errorf("it holds role %s, not %s: somebody changed it", role, r.class.Role)}
}
