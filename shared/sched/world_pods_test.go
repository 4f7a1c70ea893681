package sched_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

func (w *world) requests(o options) model.Resources {
	r := model.Resources{
		CPU: quantity(w.t, model.CPU, o.one("cpu", "0")), Memory: quantity(w.t, model.Memory, o.one("mem", "0")),
		EphemeralStorage: quantity(w.t, model.EphemeralStorage, o.one("disk", "0")), Pods: 1,
	}
	if o.has("gpu") {
		r = r.With("nvidia.com/gpu", number(w.t, o.one("gpu", "")))
	}
	return r
}

func (w *world) pod(args []string) {
	o := w.options(args[1:])
	owner := model.Owner{}
	if kind, name, ok := strings.Cut(o.one("owner", ""), "/"); ok {
		owner = model.Owner{Kind: kind, Name: name, UID: name}
	}
	age, err := time.ParseDuration(o.one("age", "1m"))
	if err != nil {
		w.t.Fatal(err)
	}
	p := model.Pod{
		Owner: owner, CreatedAt: w.now.Add(-age), Requests: w.requests(o), NodeSelector: pairs(o["select"]),
		NodeAffinity: w.affinity(args[1:]), Tolerations: tolerations(o["tolerate"]), NominatedNode: o.one("nominated", ""),
		Unschedulable: !o.has("untried"), Gated: o.has("gated"), ResourceClaims: o.has("claims"), Deleting: o.has("deleting"),
		Invalid: o.one("invalid", ""),
	}
	if o.has("ended") {
		p.Phase = "Succeeded"
	}
	for _, name := range names(args) {
		p.PodRef = ref(name)
		w.snapshot.Pods = append(w.snapshot.Pods, p)
	}
}

// names spells "web x3" out.
func names(args []string) []string {
	for _, a := range args[1:] {
		if n, err := strconv.Atoi(strings.TrimPrefix(a, "x")); err == nil && strings.HasPrefix(a, "x") {
			var out []string
			for i := range n {
				out = append(out, fmt.Sprintf("%s-%d", args[0], i))
			}
			return out
		}
	}
	return args[:1]
}

func ref(name string) model.PodRef {
	return model.PodRef{Namespace: "d", Name: name, UID: "uid-" + name}
}

// affinity reads require= words; the word or begins another term.
func (w *world) affinity(args []string) [][]model.Requirement {
	var terms [][]model.Requirement
	fresh := true
	for _, a := range args {
		if text, ok := strings.CutPrefix(a, "require="); ok {
			if fresh {
				terms, fresh = append(terms, nil), false
			}
			last := len(terms) - 1
			terms[last] = append(terms[last], w.requirements([]string{text})...)
		}
		fresh = fresh || a == "or"
	}
	return terms
}
