package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// resolveSubnets finds the subnets that any of the class's terms picks, most free addresses first.
func (r *resolution) resolveSubnets(ctx context.Context) error {
	found := map[string]model.Subnet{}
	for _, term := range r.class.Subnets {
		subnets, err := r.memory.subnets.take(keyOf(term), r.now, networkHolds, func() ([]model.Subnet, error) {
			return all(ctx, func(ctx context.Context, page string) (model.Page[model.Subnet], error) {
				return r.cluster.Network.Subnets(ctx, term, page)
			})
		})
		if err != nil {
			return err
		}
		for _, s := range subnets {
			found[s.ID] = s
		}
	}
	for _, s := range found {
		r.subnets = append(r.subnets, s)
	}
	slices.SortFunc(r.subnets, func(a, b model.Subnet) int {
		return cmp.Or(cmp.Compare(b.Free, a.Free), cmp.Compare(a.ID, b.ID))
	})
	if len(r.subnets) == 0 {
		r.trouble(subnetsReady, "SubnetsNotFound", "SubnetSelector did not match any Subnets")
	}
	return nil
}

// byZone is the order in which a catalog has subnets.
func byZone(subnets []model.Subnet) []model.Subnet {
	out := slices.Clone(subnets)
	slices.SortStableFunc(out, func(a, b model.Subnet) int { return cmp.Compare(a.Zone, b.Zone) })
	return out
}

// resolveGroups finds the security groups that any of the class's terms picks.
func (r *resolution) resolveGroups(ctx context.Context) error {
	found := map[string]model.SecurityGroup{}
	for _, term := range r.class.SecurityGroups {
		groups, err := r.memory.groups.take(keyOf(term), r.now, networkHolds, func() ([]model.SecurityGroup, error) {
			return all(ctx, func(ctx context.Context, page string) (model.Page[model.SecurityGroup], error) {
				return r.cluster.Network.SecurityGroups(ctx, term, page)
			})
		})
		if err != nil {
			return err
		}
		for _, g := range groups {
			found[g.ID] = g
		}
	}
	for _, g := range found {
		r.groups = append(r.groups, g)
	}
	slices.SortFunc(r.groups, func(a, b model.SecurityGroup) int { return cmp.Compare(a.ID, b.ID) })
	if len(r.groups) == 0 {
		r.trouble(securityGroupsReady, "SecurityGroupsNotFound", "SecurityGroupSelector did not match any SecurityGroups")
	}
	return nil
}

// keyOf tells selectors apart.
func keyOf(s model.Selector) string { return fmt.Sprintf("%+v", s) }
