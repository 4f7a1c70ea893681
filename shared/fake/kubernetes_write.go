package fake

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// CreateNodeClaim as kube.Client's: with the finalizer, and the owner's annotation read back into Pods.
func (k *Kubernetes) CreateNodeClaim(_ context.Context, claim model.NodeClaim) (model.NodeClaim, error) {
	return ask(k, "CreateNodeClaim", func() (model.NodeClaim, error) {
		if _, taken := k.claims.objects[claim.Name]; taken {
			return claim, failure(model.AlreadyExists, "create claim", "%s", claim.Name)
		}
		made := clone(claim)
		made.ResourceVersion = k.next()
		made.UID, made.Generation, made.CreatedAt = k.uid("claim"), 1, k.now().UTC()
		made.Finalizers = []string{model.FinalizerTermination}
		made.Pods = podsOf(made.Annotations)
		put(k, k.claims, made.Name, made)
		return clone(made), nil
	})
}

func podsOf(annotations map[string]string) []model.PodRef {
	var pods []model.PodRef
	if json.Unmarshal([]byte(annotations[model.AnnotationPods]), &pods) != nil {
		return nil
	}
	return pods
}

// DeleteNodeClaim as kube.Client's: with a finalizer left, the claim only begins to end.
func (k *Kubernetes) DeleteNodeClaim(_ context.Context, name, uid, resourceVersion string) error {
	return k.do("DeleteNodeClaim", func() error {
		c, err := get("delete claim", k.claims, name)
		if err != nil {
			return err
		}
		if uid != "" && c.UID != uid || resourceVersion != "" && c.ResourceVersion != resourceVersion {
			return failure(model.Conflict, "delete claim", "%s is another or has changed", name)
		}
		if len(c.Finalizers) == 0 {
			drop(k, k.claims, name)
			return nil
		}
		if c.DeletedAt.IsZero() {
			c.DeletedAt = k.now().UTC()
			c.ResourceVersion = k.next()
			put(k, k.claims, name, c)
		}
		return nil
	})
}

// change applies an edit to one claim if it is at the version.
func (k *Kubernetes) change(method, name, version string, edit func(*model.NodeClaim)) (model.NodeClaim, error) {
	return ask(k, method, func() (model.NodeClaim, error) {
		c, err := get(method, k.claims, name)
		if err != nil {
			return c, err
		}
		if version != "" && version != c.ResourceVersion {
			return c, failure(model.Conflict, method, "%s has changed", name)
		}
		edit(&c)
		if c.Deleting() && len(c.Finalizers) == 0 {
			drop(k, k.claims, name)
			return c, nil
		}
		c.ResourceVersion = k.next()
		put(k, k.claims, name, c)
		return clone(c), nil
	})
}

// PatchClaim as kube.Client's.
func (k *Kubernetes) PatchClaim(_ context.Context, name string, p model.ClaimPatch) (model.NodeClaim, error) {
	return k.change("PatchClaim", name, p.ResourceVersion, func(c *model.NodeClaim) {
		c.Labels, c.Annotations = merged(c.Labels, p.Labels), merged(c.Annotations, p.Annotations)
		if p.Finalizers != nil {
			c.Finalizers = slices.Clone(*p.Finalizers)
		}
		c.Pods = podsOf(c.Annotations)
	})
}

// PatchClaimStatus as kube.Client's.
func (k *Kubernetes) PatchClaimStatus(_ context.Context, name string, s model.ClaimStatus) (model.NodeClaim, error) {
	return k.change("PatchClaimStatus", name, s.ResourceVersion, func(c *model.NodeClaim) {
		c.ProviderID, c.NodeName, c.ImageID = s.ProviderID, s.NodeName, s.ImageID
		c.Capacity, c.Allocatable, c.Conditions = s.Capacity, s.Allocatable, s.Conditions
	})
}

// PatchNode as kube.Client's.
func (k *Kubernetes) PatchNode(_ context.Context, name string, p model.NodePatch) (model.Node, error) {
	return ask(k, "PatchNode", func() (model.Node, error) {
		n, err := get("patch node", k.nodes, name)
		if err != nil {
			return n, err
		}
		if p.ResourceVersion != "" && p.ResourceVersion != n.ResourceVersion {
			return n, failure(model.Conflict, "patch node", "%s has changed", name)
		}
		n.Labels, n.Annotations = merged(n.Labels, p.Labels), merged(n.Annotations, p.Annotations)
		if p.Taints != nil {
			n.Taints = slices.Clone(*p.Taints)
		}
		if p.Finalizers != nil {
			n.Finalizers = slices.Clone(*p.Finalizers)
		}
		if p.Owner != nil {
			n.OwnerClaim = p.Owner.Name
		}
		n.ResourceVersion = k.next()
		put(k, k.nodes, name, n)
		return clone(n), nil
	})
}

// PatchPoolStatus as kube.Client's.
func (k *Kubernetes) PatchPoolStatus(_ context.Context, name string, s model.PoolStatus) (model.NodePool, error) {
	return ask(k, "PatchPoolStatus", func() (model.NodePool, error) {
		p, err := get("patch pool", k.pools, name)
		if err != nil {
			return p, err
		}
		if s.ResourceVersion != "" && s.ResourceVersion != p.ResourceVersion {
			return p, failure(model.Conflict, "patch pool", "%s has changed", name)
		}
		p.Resources, p.Nodes, p.Conditions = s.Resources, s.Nodes, s.Conditions
		p.ResourceVersion = k.next()
		put(k, k.pools, name, p)
		return clone(p), nil
	})
}

// NominatePod as kube.Client's.
func (k *Kubernetes) NominatePod(_ context.Context, pod model.PodRef, node string) error {
	return k.do("NominatePod", func() error {
		p, err := get("nominate", k.pods, pod.String())
		if err != nil {
			return err
		}
		if p.UID != pod.UID {
			return failure(model.Conflict, "nominate", "%s is another pod", pod)
		}
		p.NominatedNode = node
		k.next()
		put(k, k.pods, pod.String(), p)
		return nil
	})
}

// CreateEvent remembers the Event; the same one again is no error.
func (k *Kubernetes) CreateEvent(_ context.Context, event model.TellAction, _ time.Time, _ string) error {
	return k.do("CreateEvent", func() error {
		k.told[event.On.Kind+event.On.Namespace+"/"+event.On.Name+event.Reason+event.Message] = event
		return nil
	})
}

func merged(m map[string]string, patch map[string]*string) map[string]string {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]string{}
	}
	for key, v := range patch {
		if v == nil {
			delete(out, key)
			continue
		}
		out[key] = *v
	}
	return out
}
