package register_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// From the first heartbeat to Initialized, a step at a time, each woken by the node's change.
func TestFromNodeToInitialized(t *testing.T) {
	s := newStage(t)
	startup := model.Taint{Key: "cilium", Effect: model.NoExecute}
	s.kubernetes.SetPod(model.Pod{PodRef: model.PodRef{Namespace: "shop", Name: "web", UID: "1"}, Unschedulable: true})
	claim := s.launched("a", func(c *model.NodeClaim) {
		c.StartupTaints = []model.Taint{startup}
		c.Requests.Extended = []model.Amount{{Name: gpu, Value: 1}}
		c.Annotations[model.AnnotationPods] = `[{"namespace":"shop","name":"web","uid":"1"}]`
	})
	s.now = s.now.Add(30 * time.Second)
	s.joined(claim)

	step := func(what, conditions, told string, change func(*model.Node)) {
		t.Helper()
		if change != nil {
			s.change("node-a", change)
		}
		equal(t, what+": come again", s.wake(s.nodes("node-a")), "")
		equal(t, what+": conditions", s.conditions("a"), conditions)
		equal(t, what+": told", s.told(), told)
	}
	step("joined", "Launched Registered", "Node Registered", nil)
	equal(t, "nodeName", s.claim("a").NodeName, "node-a")
	equal(t, "nominated", s.kubernetes.AllPods()[0].NominatedNode, "")
	step("nothing new", "Launched Registered", "", nil)
	step("ready", "Launched Registered", "", ready)
	equal(t, "nominated", s.kubernetes.AllPods()[0].NominatedNode, "node-a")
	step("device there", "Launched Registered", "", func(n *model.Node) {
		n.Allocatable.Extended = []model.Amount{{Name: gpu, Value: 1}}
	})
	step("agent there", "Initialized Launched Registered", "Node Initialized", func(n *model.Node) { n.Taints = nil })
	equal(t, "label", s.node("node-a").Labels[model.LabelInitialized], "true")
	step("nothing new", "Initialized Launched Registered", "", func(n *model.Node) { n.Annotations["x"] = "y" })
	for _, call := range s.calls {
		if strings.HasPrefix(call, "Patch") {
			t.Errorf("a claim that is Initialized is written: %v", s.calls)
		}
	}
}

// A node that is complete when we first see it goes all the way at once, and no pod may come before it is synced.
func TestAllAtOnce(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a"), ready)
	equal(t, "come again", s.wake(s.nodes("node-a")), "")
	equal(t, "conditions", s.conditions("a"), "Initialized Launched Registered")
	equal(t, "told", s.told(), "Node Registered, Node Initialized")
	var writes []string
	for _, call := range s.calls {
		if strings.HasPrefix(call, "Patch") {
			writes = append(writes, call)
		}
	}
	equal(t, "writes", strings.Join(writes, " "), "PatchNode PatchClaimStatus PatchNode PatchClaimStatus PatchPoolStatus")
}

// What is not ours, or not to be changed any more, is left alone.
func TestLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		claim func(*model.NodeClaim)
		node  func(*model.Node)
		then  func(*stage)
	}{
		"a claim of another owner": {claim: func(c *model.NodeClaim) { c.Annotations[model.AnnotationCluster] = demo + ".other" }},
		"a claim of Karpenter's":   {claim: func(c *model.NodeClaim) { delete(c.Annotations, model.AnnotationCluster) }},
		"a node of another claim":  {node: func(n *model.Node) { n.OwnerClaim = "other" }},
		"a node of no instance":    {node: func(n *model.Node) { n.ProviderID = "kind://x" }},
		"a node of nobody":         {node: func(n *model.Node) { n.ProviderID = "aws:///us-east-1a/i-0" }},
		"another cluster's": {then: func(s *stage) {
			id := model.InstanceID(s.claim("a").ProviderID)
			ok(s.t, s.ledger.Index(s.t.Context(), "b04d1e6f8a97", map[string]string{id: "a"}))
		}},
		"a claim with another instance": {then: func(s *stage) {
			status := s.claim("a").Status()
			status.ProviderID = "aws:///us-east-1a/i-0"
			_, err := s.kubernetes.PatchClaimStatus(s.t.Context(), "a", status)
			ok(s.t, err)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			if c.claim == nil {
				c.claim = func(*model.NodeClaim) {}
			}
			if c.node == nil {
				c.node = func(*model.Node) {}
			}
			s.joined(s.launched("a", c.claim), ready, c.node)
			if c.then != nil {
				c.then(s)
			}
			s.now = s.now.Add(time.Hour)
			claim, node := s.claim("a"), s.node("node-a")
			equal(t, "come again", s.wake(s.nodes("node-a")), "")
			equal(t, "claim", s.claim("a"), claim)
			equal(t, "node", s.node("node-a"), node)
			equal(t, "instance", s.ec2.All()[0].State, "running")
		})
	}
}

// The tick does not retire claims of others, either, however old they are.
func TestForeignClaimIsNotRetired(t *testing.T) {
	s := newStage(t)
	s.launched("a", func(c *model.NodeClaim) { c.Annotations[model.AnnotationCluster] = demo + ".original" })
	s.now = s.now.Add(time.Hour)
	s.wake(s.tick())
	equal(t, "instance", s.ec2.All()[0].State, "running")
	equal(t, "deleting", s.claim("a").Deleting(), false)
}

// A registered claim whose node is gone is no matter of registration.
func TestNodeGone(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a"))
	s.wake(s.nodes("node-a"))
	s.kubernetes.DeleteNode("node-a")
	s.now = s.now.Add(time.Hour)
	equal(t, "come again", s.wake(s.nodes("node-a"), s.claims("a"), s.tick()), "")
	equal(t, "conditions", s.conditions("a"), "Launched Registered")
	equal(t, "instance", s.ec2.All()[0].State, "running")
}

// Others write a node while it starts: the step is taken again at once.
func TestConflict(t *testing.T) {
	for _, method := range []string{"PatchNode", "PatchClaimStatus"} {
		s := newStage(t)
		s.joined(s.launched("a"), ready)
		s.meanwhile(method, 2, func() {
			s.change("node-a", func(n *model.Node) {})
			_, err := s.kubernetes.PatchClaim(t.Context(), "a", model.ClaimPatch{})
			ok(t, err)
		})
		equal(t, method+": come again", s.wake(s.nodes("node-a")), "")
		equal(t, method+": conditions", s.conditions("a"), "Initialized Launched Registered")
		equal(t, method+": told", s.told(), "Node Registered, Node Initialized")
	}
}

// But not for ever: then the event comes again.
func TestConflictForEver(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a"))
	s.meanwhile("PatchNode", 99, func() { s.change("node-a", func(n *model.Node) {}) })
	equal(t, "come again", s.wake(s.nodes("node-a")), "m1")
	equal(t, "conditions", s.conditions("a"), "Launched")
}

// TestKilled: whatever call fails, with effect or without, the tick brings the claim to its end, and nothing is told twice.
func TestKilled(t *testing.T) {
	for _, method := range []string{"PatchNode", "PatchClaimStatus", "PendingPods", "NominatePod", "PatchPoolStatus"} {
		for _, effect := range []string{"before", "after"} {
			t.Run(method+" "+effect, func(t *testing.T) {
				s := newStage(t)
				s.kubernetes.SetPod(model.Pod{PodRef: model.PodRef{Namespace: "shop", Name: "web", UID: "1"}})
				claim := s.launched("a", func(c *model.NodeClaim) {
					c.Annotations[model.AnnotationPods] = `[{"namespace":"shop","name":"web","uid":"1"}]`
				})
				s.joined(claim, ready)
				if effect == "before" {
					s.kubernetes.Refuse(method, 1, model.NoAnswer)
				} else {
					s.kubernetes.Lose(method, 1)
				}
				equal(t, "come again", s.wake(s.nodes("node-a")), "m1")
				equal(t, "come again", s.wake(s.tick()), "")
				equal(t, "conditions", s.conditions("a"), "Initialized Launched Registered")
				equal(t, "nodes counted", s.poolStatus("general").Nodes, int64(1))
			})
		}
	}
}
