package register_test

import (
	"fmt"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

// Only the pods that the node was bought for are nominated, and only those that still wait.
func TestNominate(t *testing.T) {
	s := newStage(t)
	pods := ""
	for i, change := range []func(*model.Pod){
		func(*model.Pod) {},
		func(p *model.Pod) { p.NodeName = "elsewhere" },
		func(p *model.Pod) { p.NominatedNode = "elsewhere" },
		func(p *model.Pod) { p.Deleting = true },
		func(p *model.Pod) { p.UID = "another" }, // of that name
	} {
		p := model.Pod{PodRef: model.PodRef{Namespace: "shop", Name: fmt.Sprint("web-", i), UID: fmt.Sprint("uid-", i)}}
		pods += fmt.Sprintf(`,{"namespace":"shop","name":%q,"uid":%q}`, p.Name, p.UID)
		change(&p)
		s.kubernetes.SetPod(p)
	}
	s.kubernetes.SetPod(model.Pod{PodRef: model.PodRef{Namespace: "shop", Name: "stranger", UID: "s"}})
	claim := s.launched("a", func(c *model.NodeClaim) { c.Annotations[model.AnnotationPods] = "[" + pods[1:] + "]" })
	s.joined(claim, ready)
	s.wake(s.nodes("node-a"))
	got := ""
	for _, p := range s.kubernetes.AllPods() {
		got += p.Name + "=" + p.NominatedNode + " "
	}
	equal(t, "nominated", got, "stranger= web-0=node-a web-1= web-2=elsewhere web-3= web-4= ")
	equal(t, "calls", s.kubernetes.Calls("NominatePod"), 1)
}

// Pods are listed once for all nodes of a visit.
func TestNominateListsOnce(t *testing.T) {
	s := newStage(t)
	for _, name := range []string{"a", "b", "c"} {
		pod := model.PodRef{Namespace: "shop", Name: name, UID: name}
		s.kubernetes.SetPod(model.Pod{PodRef: pod})
		claim := s.launched(name, func(c *model.NodeClaim) {
			c.Annotations[model.AnnotationPods] = fmt.Sprintf(`[{"namespace":"shop","name":%q,"uid":%q}]`, name, name)
		})
		s.joined(claim, ready)
	}
	s.wake(s.tick())
	equal(t, "lists and nominations", []int{s.kubernetes.Calls("PendingPods"), s.kubernetes.Calls("NominatePod")}, []int{1, 3})
	equal(t, "conditions of the last", s.conditions("c"), "Initialized Launched Registered")
}

// A nomination is a hint: a node is not kept waiting because one is refused, and pods that went are no failure.
func TestNominateRefused(t *testing.T) {
	for kind, again := range map[model.ErrorKind]string{model.Denied: "m1", model.NotFound: "", model.Conflict: ""} {
		s := newStage(t)
		s.kubernetes.SetPod(model.Pod{PodRef: model.PodRef{Namespace: "shop", Name: "web", UID: "1"}})
		s.joined(s.launched("a", func(c *model.NodeClaim) {
			c.Annotations[model.AnnotationPods] = `[{"namespace":"shop","name":"web","uid":"1"}]`
		}), ready)
		s.kubernetes.Refuse("NominatePod", 1, kind)
		equal(t, string(kind)+": come again", s.wake(s.nodes("node-a")), again)
		equal(t, string(kind)+": conditions", s.conditions("a"), "Initialized Launched Registered")
	}
}
