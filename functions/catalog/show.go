package catalog

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/slipway-dev/slipway/shared/model"
)

// show writes what users read: conditions and what was found onto classes, then readiness onto pools. It returns
// the pools that became ready. In a cluster that is only reported on, nothing is written.
func (r *refresh) show(ctx context.Context, done []*resolution) (ready []string, err error) {
	if r.cluster.Info.Mode == model.Report {
		return nil, nil
	}
	var failed error
	conditions := map[string]model.Conditions{}
	for _, c := range r.classes {
		conditions[c.Name] = c.Status.Conditions
	}
	for _, x := range done {
		status := x.status()
		conditions[x.class.Name] = status.Conditions
		failed = errors.Join(failed, x.write(ctx, status))
	}
	for _, pool := range r.pools {
		became, err := r.showPool(ctx, pool, conditions)
		failed = errors.Join(failed, err)
		if became {
			ready = append(ready, "pool "+pool.Name)
		}
	}
	return ready, failed
}

// status is the class's status as it should be. Conditions keep their times while they say the same.
func (r *resolution) status() model.EC2NodeClassStatus {
	out := model.EC2NodeClassStatus{
		Subnets:        r.subnets,
		SecurityGroups: r.groups,
		Images:         r.images,
		Profile:        r.profile,
		Conditions:     r.class.Status.Conditions,
	}
	for _, kind := range dependents() {
		c := model.Condition{Type: kind, Status: model.True, Reason: kind, LastTransitionTime: r.now, ObservedGeneration: r.class.Generation}
		if p, bad := r.problems.of(kind); bad {
			c.Status, c.Reason, c.Message = model.False, p.reason, p.message
		}
		out.Conditions = out.Conditions.With(c)
	}
	out.Conditions = out.Conditions.WithReady(r.class.Generation, r.class.CreatedAt, dependents()...)
	return out
}

// write annotates the class with its hash and writes its status, each only if it is not so already.
func (r *resolution) write(ctx context.Context, status model.EC2NodeClassStatus) error {
	status.ResourceVersion = r.class.ResourceVersion
	if missing := lacking(r.class.Annotations, model.AnnotationClassHash, r.class.Hash, model.AnnotationClassHashVersion); missing != nil {
		version, err := r.cluster.Classes.AnnotateClass(ctx, r.class.Name, r.class.ResourceVersion, missing)
		if err != nil {
			return gone(fmt.Errorf("annotate class %s: %w", r.class.Name, err))
		}
		status.ResourceVersion = version
	}
	if alike(r.class.Status, status) {
		return nil
	}
	return gone(wrap("status of class "+r.class.Name, r.cluster.Classes.PatchClassStatus(ctx, r.class.Name, status)))
}

// alike compares what a status shows. The free addresses of a subnet are not shown, nor is their order worth a write.
func alike(old, new model.EC2NodeClassStatus) bool {
	return sameSubnets(old.Subnets, new.Subnets) && reflect.DeepEqual(old.SecurityGroups, new.SecurityGroups) &&
		sameImages(old.Images, new.Images) && old.Profile == new.Profile && sameConditions(old.Conditions, new.Conditions)
}

func sameSubnets(a, b []model.Subnet) bool {
	zones := map[string]model.Subnet{}
	for _, s := range a {
		s.Free = 0
		zones[s.ID] = s
	}
	for _, s := range b {
		s.Free = 0
		if zones[s.ID] != s {
			return false
		}
	}
	return len(a) == len(b)
}

func sameImages(a, b []model.Image) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if fmt.Sprint(a[i]) != fmt.Sprint(b[i]) {
			return false
		}
	}
	return true
}

// sameConditions compares regardless of order and, since transition times follow the rest, of times.
func sameConditions(a, b model.Conditions) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range b {
		old := a.Get(x.Type)
		old.LastTransitionTime = x.LastTransitionTime
		if old != x {
			return false
		}
	}
	return true
}

// lacking are the annotations of a hash and its version that are not there yet; nil when both are.
func lacking(have map[string]string, hashKey, hash, versionKey string) map[string]string {
	if hash == "" || have[hashKey] == hash && have[versionKey] == model.HashVersion {
		return nil
	}
	return map[string]string{hashKey: hash, versionKey: model.HashVersion}
}

// gone forgives that an object is not there any more.
func gone(err error) error {
	if model.IsKind(err, model.NotFound) {
		return nil
	}
	return err
}
