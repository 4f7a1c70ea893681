package sched

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// newClaim is the NodeClaim of a purchase, the index-th of this decision.
func (d *decision) newClaim(p *purchase, index int) model.NodeClaim {
	constraints := d.constraintsOf(p)
	return model.NodeClaim{
		Name:                   d.claimName(p.pool.Name, index),
		Labels:                 labelsOf(p, constraints),
		Annotations:            d.annotationsOf(p),
		OwnerPool:              model.ObjectRef{Name: p.pool.Name, UID: p.pool.UID},
		Class:                  p.pool.Class,
		Requirements:           constraints.List(),
		Requests:               p.sum.Plus(p.pool.mostOverhead(typesOf(p.holders))),
		Taints:                 p.pool.Taints,
		StartupTaints:          p.pool.StartupTaints,
		ExpireAfter:            p.pool.ExpireAfter,
		TerminationGracePeriod: p.pool.TerminationGracePeriod,
		Pods:                   refsOf(p.pods),
	}
}

// claimName is the same for the same decision however often it is made, and another one in the next.
func (d *decision) claimName(pool string, index int) string {
	return pool + "-" + digest(5, d.snapshot.Cluster.Key, strconv.FormatInt(d.snapshot.Lane.Epoch, 10), strconv.Itoa(index))
}

// digest is n bytes of the hash of the words, in characters that names may hold.
func digest(n int, words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:n]))
}

// constraintsOf are the claim's: the pool's and the pods' together, narrowed to what is launched. Labels that are
// fixed, or of which a claim may say nothing, are left out.
func (d *decision) constraintsOf(p *purchase) require.Constraints {
	all := require.All(p.pool.Requirements...)
	for _, term := range p.terms {
		all = all.And(term)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(c require.Constraint) bool { return !d.stated(p.pool, c) })
	var types, zones []string
	for _, o := range p.holders {
		types, zones = append(types, o.name), append(zones, o.zone)
	}
	return all.And(require.All(
		model.Requirement{Key: model.LabelInstanceType, Operator: model.In, Values: types},
		model.Requirement{Key: model.LabelZone, Operator: model.In, Values: zones},
		model.Requirement{Key: model.LabelCapacityType, Operator: model.In, Values: []string{p.capacityType}},
	)).And(chosen(p))
}

// stated reports whether a claim states the constraint. What only says that a label must be missing, which no node of
// the pool has, goes without saying.
func (d *decision) stated(p *pool, c require.Constraint) bool {
	if d.table.decides(c.Key) {
		return true
	}
	set, defined := p.open.Get(c.Key)
	values, listed := set.Values()
	return defined && !(listed && len(values) == 1)
}

// chosen settles the labels that the pool leaves open: the first value that its pods allow. A label that may be
// missing, and that no pod asks for, is not set.
func chosen(p *purchase) require.Constraints {
	var out require.Constraints
	for _, c := range p.pool.open.And(p.keys) {
		if value, ok := c.Set.Pick(); ok && !c.Set.HasAbsent() && value != newName {
			out = append(out, require.Constraint{Key: c.Key, Set: require.One(value)})
		}
	}
	return slices.DeleteFunc(out, func(c require.Constraint) bool {
		set, _ := p.pool.open.Get(c.Key)
		values, listed := set.Values()
		return listed && len(values) == 1
	})
}

// labelsOf are the claim's labels: the pool's, and whatever its constraints leave only one value for.
func labelsOf(p *purchase, constraints require.Constraints) map[string]string {
	labels := maps.Clone(p.pool.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	for _, c := range p.pool.open.And(constraints) {
		if values, listed := c.Set.Values(); listed && len(values) == 1 && values[0] != newName {
			labels[c.Key] = values[0]
		}
	}
	return labels
}

func (d *decision) annotationsOf(p *purchase) map[string]string {
	out := maps.Clone(p.pool.ClaimAnnotations)
	if out == nil {
		out = map[string]string{}
	}
	out[model.AnnotationPoolHash] = p.pool.Hash
	out[model.AnnotationPoolHashVersion] = model.HashVersion
	out[model.AnnotationClassHash] = p.pool.class.Hash
	out[model.AnnotationClassHashVersion] = model.HashVersion
	out[model.AnnotationPods] = podsJSON(refsOf(p.pods))
	out[model.AnnotationReason] = d.reasonOf(p)
	out[model.AnnotationCluster] = d.snapshot.Cluster.Owner()
	return out
}

func podsJSON(refs []model.PodRef) string {
	list, err := json.Marshal(refs)
	if err != nil { // strings always marshal
		return ""
	}
	return string(list)
}

func refsOf(pods []*model.Pod) []model.PodRef {
	out := make([]model.PodRef, 0, len(pods))
	for _, p := range pods {
		out = append(out, p.PodRef)
	}
	return out
}

// mostOverhead is the most that daemonsets will use on any of the types.
func (p *pool) mostOverhead(types []int) model.Resources {
	var out model.Resources
	for _, t := range types {
		out = out.Max(p.overhead[t])
	}
	return out
}

// reasonOf says why the claim exists.
func (d *decision) reasonOf(p *purchase) string {
	best := p.holders[0]
	return fmt.Sprintf("%s %s; pool %s, %s %s from %s in %s, %s",
		named(p.pods), needs(len(p.pods), p.sum), p.pool.Name, best.name, p.capacityType, dollars(best.price), best.zone,
		counted(len(typesOf(p.holders)), "type holds them", "types hold them"))
}
