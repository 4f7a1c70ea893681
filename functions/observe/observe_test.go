package observe_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// inWorld runs the commands of a scenario and returns the world when all has ended.
func inWorld(t *testing.T, prepare func(*world), commands ...string) *world {
	t.Helper()
	var w *world
	synctest.Test(t, func(t *testing.T) {
		w = newWorld(t.Context())
		defer w.end()
		for i, c := range commands {
			command := strings.Fields(c)
			if err := w.run(command[0], command[1:]); err != nil {
				t.Fatalf("%s: %v", c, err)
			}
			synctest.Wait()
			if i == 0 && prepare != nil {
				prepare(w)
			}
		}
	})
	return w
}

func TestEventsHoldWhatFits(t *testing.T) {
	const pods, nodes, claims = 2_000, 1_203, 601
	w := inWorld(t, func(w *world) {
		w.current.pageSize = 500
		for i := range pods {
			w.current.apply("pod", fmt.Sprintf("p%05d", i), words{"unschedulable"})
		}
		for i := range nodes {
			w.current.apply("node", fmt.Sprintf("n%05d", i), words{"taint=karpenter.sh/unregistered"})
		}
		for i := range claims {
			w.current.apply("claim", fmt.Sprintf("c%05d", i), words{})
		}
		for i := range 11 * events.MaxNames { // more events than one call takes
			w.current.apply("pool", fmt.Sprintf("l%05d", i), words{"generation=1"})
		}
	}, "cluster demo", "watch w1", "wait 10s")
	var pending int
	var gotNodes, gotClaims, gotPools []string
	changes := 0
	for _, e := range w.put {
		switch e := e.(type) {
		case events.PodsPending:
			pending += e.Count
			if len(e.Pods) != events.MaxPods || e.ResourceVersion == "" {
				t.Errorf("%d pods named, version %q", len(e.Pods), e.ResourceVersion)
			}
		case events.NodeChanged:
			changes++
			gotNodes, gotClaims = append(gotNodes, e.Nodes...), append(gotClaims, e.Claims...)
			if len(e.Nodes) > events.MaxNames || len(e.Claims) > events.MaxNames {
				t.Errorf("%d nodes and %d claims in one event", len(e.Nodes), len(e.Claims))
			}
		case events.PoolChanged:
			gotPools = append(gotPools, e.Pools...)
		}
	}
	if pending != pods {
		t.Errorf("%d pods told, want %d", pending, pods)
	}
	if changes != 3 {
		t.Errorf("%d Node Changed, want 3", changes)
	}
	for what, n := range map[string][2]int{"nodes": {distinct(gotNodes), nodes}, "claims": {distinct(gotClaims), claims}, "pools": {distinct(gotPools), 11 * events.MaxNames}} {
		if n[0] != n[1] {
			t.Errorf("%d %s told, want %d", n[0], what, n[1])
		}
	}
}

func distinct(names []string) int {
	slices.Sort(names)
	return len(slices.Compact(names))
}

// The header says when the first of what is told was seen, even if the bus took it much later: the trace of a pod
// begins there.
func TestHeadSaysWhenItWasSeen(t *testing.T) {
	w := inWorld(t, nil, "cluster demo", "watch w1", "wait 1s", "bus down", "pod a unschedulable", "wait 5s", "bus up", "wait 1m")
	if len(w.put) != 1 {
		t.Fatalf("%d events, want 1", len(w.put))
	}
	head := w.put[0].Head()
	if seen := head.At.Sub(w.began.Truncate(time.Millisecond)); seen != time.Second {
		t.Errorf("seen after %v, want 1s", seen)
	}
	if head.Cluster != keyOf("demo") || head.ID == "" || head.Cause != "" {
		t.Errorf("header %+v", head)
	}
}

func TestUnreachableClusterIsTriedMoreAndMoreRarelyAndSaid(t *testing.T) {
	w := inWorld(t, nil, "cluster demo", "down", "watch w1", "wait 10m")
	const timeout = 10 * time.Second // of the fake's Connect
	var last time.Duration
	for i := 1; i < len(w.attempts); i++ {
		pause := w.attempts[i] - w.attempts[i-1] - timeout
		if pause < last || pause > 30*time.Second {
			t.Errorf("attempt %d after a pause of %v, the last one was %v", i+1, pause, last)
		}
		last = pause
	}
	if len(w.attempts) < 15 {
		t.Errorf("%d attempts in 10 minutes", len(w.attempts))
	}
	for _, want := range []string{`"msg":"not watched for now"`, `"WatchesFailed"`, `"Cluster":"demo/` + keyOf("demo")} {
		if !strings.Contains(w.output.String(), want) {
			t.Errorf("nothing said of %s", want)
		}
	}
}

// An endless row of watches that end at once must not become a flood of requests.
func TestWatchesThatEndAtOnceAreNotAskedWithoutRest(t *testing.T) {
	var c *cluster
	inWorld(t, func(w *world) { c = w.current; c.apply("pod", "a", words{}); c.endless = true }, "cluster demo", "watch w1", "wait 1m")
	if most := 5 * 60 * 10; c.watches > most { // of five kinds, ten a second
		t.Errorf("%d watches in a minute", c.watches)
	}
}

func TestDeadlineOfLambdaShortensTheTerm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t.Context())
		defer w.end()
		var release context.CancelFunc
		w.ctx, release = context.WithTimeout(w.ctx, 5*time.Minute)
		defer release()
		for _, c := range []string{"cluster demo", "watch w1", "wait 6m"} {
			command := strings.Fields(c)
			if err := w.run(command[0], command[1:]); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := w.take(), []string{"290.000 w1 ended"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestWhatAWatchSaysLastIsTold(t *testing.T) {
	w := inWorld(t, func(w *world) {
		pod := words{"unschedulable"}.pod("a")
		w.current.pods.late = []model.WatchEvent[model.Pod]{{Kind: model.Upserted, Object: pod, ResourceVersion: "200"}}
	}, "cluster demo", "watch w1 20s", "wait 30s")
	if len(w.put) != 1 {
		t.Errorf("%d events, want 1", len(w.put))
	}
}
