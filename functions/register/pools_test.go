package register_test

import (
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

func (s *stage) poolStatus(name string) model.NodePool {
	s.t.Helper()
	pool, err := s.kubernetes.NodePool(s.t.Context(), name)
	ok(s.t, err)
	return pool
}

// A pool's status sums up its claims that have instances, and says so only when it changed.
func TestCount(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a"))
	s.launched("b")
	_, err := s.kubernetes.CreateNodeClaim(t.Context(), model.NodeClaim{Name: "unlaunched", Labels: map[string]string{model.LabelNodePool: "general"}})
	ok(t, err)
	s.wake(s.nodes("node-a"))
	pool := s.poolStatus("general")
	equal(t, "nodes", pool.Nodes, int64(2))
	equal(t, "resources", pool.Resources, model.Resources{CPU: 4000, Memory: 16 * gib})
	s.wake(s.tick())
	s.wake(s.nodes("node-a"))
	equal(t, "writes", s.kubernetes.Calls("PatchPoolStatus"), 1)
}

// The tick counts a pool of which nothing is left, too.
func TestCountNothing(t *testing.T) {
	s := newStage(t)
	pool := s.poolStatus("general")
	pool.Nodes, pool.Resources = 3, model.Resources{CPU: 6000}
	s.kubernetes.SetPool(pool)
	s.wake(s.tick())
	pool = s.poolStatus("general")
	equal(t, "nodes", pool.Nodes, int64(0))
	equal(t, "resources", pool.Resources, model.Resources{})
}

// The pools of other node classes, such as Auto Mode's, are theirs to count.
func TestCountOursOnly(t *testing.T) {
	s := newStage(t)
	s.pool("auto", "eks.amazonaws.com", "NodeClass")
	s.launched("a", func(c *model.NodeClaim) { c.Labels[model.LabelNodePool] = "auto" })
	s.wake(s.tick())
	equal(t, "nodes", s.poolStatus("auto").Nodes, int64(0))
}

// What a node does tells of its own pool only: one pool's success is not another's.
func TestHealth(t *testing.T) {
	s := newStage(t)
	s.pool("batch", "karpenter.k8s.aws", "EC2NodeClass")
	s.pool("idle", "karpenter.k8s.aws", "EC2NodeClass")
	of := func(pool string) func(*model.NodeClaim) {
		return func(c *model.NodeClaim) { c.Labels[model.LabelNodePool] = pool }
	}
	s.launched("lost", of("batch"))
	s.now = s.now.Add(within)
	s.joined(s.launched("came", of("general")))
	s.wake(s.tick())
	health := func(pool string) string { return s.poolStatus(pool).Conditions.Get("NodeRegistrationHealthy").Status }
	equal(t, "general, batch, idle", []string{health("general"), health("batch"), health("idle")}, []string{model.True, model.False, model.Unknown})

	since := s.now
	s.now = s.now.Add(time.Minute)
	s.joined(s.launched("later", of("general")))
	s.joined(s.launched("after all", of("batch")))
	s.wake(s.tick())
	equal(t, "general, batch", []string{health("general"), health("batch")}, []string{model.True, model.True})
	at := s.poolStatus("general").Conditions.Get("NodeRegistrationHealthy").LastTransitionTime
	equal(t, "since", at, since)
}

// Conditions that catalog wrote stay.
func TestHealthBesideOthers(t *testing.T) {
	s := newStage(t)
	pool := s.poolStatus("general")
	pool.Conditions = model.Conditions{{Type: model.Ready, Status: model.True, LastTransitionTime: s.now}}
	s.kubernetes.SetPool(pool)
	s.joined(s.launched("a"))
	s.wake(s.nodes("node-a"))
	if c := s.poolStatus("general").Conditions; !c.IsTrue(model.Ready) || !c.IsTrue("NodeRegistrationHealthy") {
		t.Errorf("conditions %+v", c)
	}
}

// A pool that is gone, or that somebody changed meanwhile, is no failure.
func TestCountConflict(t *testing.T) {
	s := newStage(t)
	s.joined(s.launched("a", func(c *model.NodeClaim) { c.Labels[model.LabelNodePool] = "gone" }))
	equal(t, "come again", s.wake(s.nodes("node-a")), "")
	s.joined(s.launched("b"))
	s.kubernetes.Refuse("PatchPoolStatus", 1, model.Conflict)
	equal(t, "come again", s.wake(s.nodes("node-b")), "")
	s.wake(s.tick())
	equal(t, "nodes", s.poolStatus("general").Nodes, int64(1))
}
