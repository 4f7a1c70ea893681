package observe_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// apply makes, changes or deletes the object that a scenario's line describes; see TestScenarios.
func (c *cluster) apply(verb, name string, is words) error {
	kind := model.Upserted
	if is.has("deleted") {
		kind = model.Deleted
	}
	switch verb {
	case "pod":
		put(c, &c.pods, name, is.pod(name), kind)
	case "node":
		put(c, &c.nodes, name, is.node(name), kind)
	case "claim":
		put(c, &c.claims, name, is.claim(name), kind)
	case "pool":
		put(c, &c.pools, name, is.pool(name), kind)
	case "class":
		put(c, &c.classes, name, is.class(name), kind)
	default:
		return fmt.Errorf("no command %q", verb)
	}
	return nil
}

// words describe an object: flags, and key=value.
type words []string

func (w words) has(flag string) bool { return slices.Contains(w, flag) }

func (w words) get(key string) string {
	for _, word := range w {
		if v, ok := strings.CutPrefix(word, key+"="); ok {
			return v
		}
	}
	return ""
}

func (w words) number(key string) int64 {
	n, _ := strconv.ParseInt(w.get(key), 10, 64)
	return n
}

// pairs reads key=a:b,c:d.
func (w words) pairs(key string) map[string]string {
	out := map[string]string{}
	for _, pair := range strings.FieldsFunc(w.get(key), func(r rune) bool { return r == ',' }) {
		k, v, _ := strings.Cut(pair, ":")
		out[k] = v
	}
	return out
}

func (w words) taints() (out []model.Taint) {
	if k := w.get("taint"); k != "" {
		out = append(out, model.Taint{Key: k, Effect: model.NoExecute})
	}
	return out
}

// conditions reads the flags of the types that are True.
func (w words) conditions(kinds ...string) (out model.Conditions) {
	for _, k := range kinds {
		if w.has(k) {
			out = out.With(model.Condition{Type: k, Status: model.True, Message: w.get("message"), ObservedGeneration: w.number("observed")})
		}
	}
	return out
}

func (w words) uid() string {
	if uid := w.get("uid"); uid != "" {
		return uid
	}
	return "1"
}

func (w words) pod(name string) model.Pod {
	p := model.Pod{
		PodRef: model.PodRef{Namespace: "default", Name: name, UID: w.uid()},
		Labels: w.pairs("labels"), Unschedulable: w.has("unschedulable"), Gated: w.has("gated"), Deleting: w.has("deleting"),
		NominatedNode: w.get("nominated"), Owner: model.Owner{Kind: w.get("owner")},
	}
	if key := w.get("tolerates"); key != "" {
		p.Tolerations = []model.Toleration{{Key: key, Operator: "Exists"}}
	}
	return p
}

func (w words) node(name string) model.Node {
	return model.Node{
		Name: name, UID: w.uid(), ResourceVersion: w.get("version"), ProviderID: w.get("provider"),
		Labels: w.pairs("labels"), Annotations: w.pairs("annotations"), Taints: w.taints(),
		Allocatable: model.Resources{CPU: w.number("cpu")}.With("nvidia.com/gpu", w.number("gpu")),
		Conditions:  w.conditions(model.Ready, "MemoryPressure"), Unschedulable: w.has("cordoned"), Deleting: w.has("deleting"),
	}
}

func ourClass(name string) model.ClassRef {
	return model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: name}
}

func (w words) class(name string) model.NodeClass {
	return model.NodeClass{Name: name, UID: w.uid(), Generation: w.number("generation"), Conditions: w.conditions(model.Ready)}
}

func (w words) pool(name string) model.NodePool {
	p := model.NodePool{
		Name: name, UID: w.uid(), Generation: w.number("generation"), Annotations: w.pairs("annotations"),
		Nodes: w.number("nodes"), Conditions: w.conditions(model.Ready), Class: ourClass("default"),
	}
	if w.has("automode") {
		p.Class = model.ClassRef{Group: "eks.amazonaws.com", Kind: "NodeClass", Name: "default"}
	}
	return p
}

func (w words) claim(name string) model.NodeClaim {
	c := model.NodeClaim{
		Name: name, UID: w.uid(), ProviderID: w.get("provider"), Annotations: w.pairs("annotations"),
		Conditions: w.conditions(model.Launched, model.Registered, model.Initialized), Class: ourClass("default"),
	}
	if w.has("deleting") {
		c.DeletedAt = c.CreatedAt.AddDate(2000, 0, 0)
	}
	if w.has("automode") {
		c.Class = model.ClassRef{Group: "eks.amazonaws.com", Kind: "NodeClass", Name: "default"}
	}
	return c
}
