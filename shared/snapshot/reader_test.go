package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

// small is a cluster with a node of a claim, a node without, a daemonset and a few pods.
func small() *cluster {
	c := newCluster()
	c.putNode(model.Node{Name: "a", ProviderID: "aws:///z/i-a", Labels: map[string]string{model.LabelNodePool: "p", model.LabelNodeClass: "c"}})
	c.putNode(model.Node{Name: "b"})
	c.daemonSets["kube-system/logs"] = model.DaemonSet{Namespace: "kube-system", Name: "logs", UID: "ds"}
	c.claims["claim-a"] = model.NodeClaim{Name: "claim-a", ProviderID: "aws:///z/i-a"}
	c.pools["p"] = model.NodePool{Name: "p"}
	for i := range 5 {
		c.putPod(pod(fmt.Sprint("on-a-", i), "a", 100))
	}
	c.putPod(daemonPod("logs-1", "a", "ds"))
	c.putPod(pod("on-b", "b", 700))
	c.putPod(pod("waits", "", 300))
	return c
}

func TestReadPutsTheClusterTogether(t *testing.T) {
	c := small()
	store := &catalogs{catalog: &model.Catalog{Version: "v1"}}
	s := mustRead(t, NewReader(c, store, one, "key"))

	if got := podNames(s); got != "waits" {
		t.Errorf("pods without a node: %s", got)
	}
	if got, want := used(t, s, "a"), (model.Resources{CPU: 600, Pods: 6}); !cmp.Equal(got, want) {
		t.Errorf("used on a: %v", got)
	}
	if got := s.Nodes[0].Daemons; !slices.Equal(got, []string{"ds"}) {
		t.Errorf("daemons on a: %v", got)
	}
	if got := s.Claims[0]; got.Used.CPU != 600 || len(got.Daemons) != 1 {
		t.Errorf("the claim of a node that is not Initialized has %v %v", got.Used, got.Daemons)
	}
	if s.Catalog != store.catalog || !s.At.Equal(start) || len(s.DaemonSets) != 1 || len(s.Pools) != 1 {
		t.Errorf("snapshot: %+v", s)
	}
	if s.Contradictions != nil {
		t.Errorf("contradictions: %v", s.Contradictions)
	}
}

func TestInitializedClaimHasNoUseOfItsOwn(t *testing.T) {
	c := small()
	claim := c.claims["claim-a"]
	claim.Conditions = model.Conditions{{Type: model.Initialized, Status: model.True}}
	c.claims["claim-a"] = claim
	if s := mustRead(t, NewReader(c, &catalogs{}, one, "key")); !s.Claims[0].Used.IsZero() {
		t.Errorf("used: %v", s.Claims[0].Used)
	}
}

func TestSecondReadMovesOnlyChanges(t *testing.T) {
	c := small()
	store := &catalogs{catalog: &model.Catalog{Version: "v1"}}
	r := NewReader(c, store, one, "key")
	mustRead(t, r)
	c.calls = nil
	bound := c.pods["default/waits"]
	bound.NodeName = "b"
	c.putPod(bound)
	c.deletePod("default/on-a-0")
	ended := c.pods["default/on-a-1"]
	ended.Phase = "Succeeded"
	c.putPod(ended)
	c.putNode(model.Node{Name: "new"})

	s := mustRead(t, r)
	want := []string{"list pending", "list claims", "list pools", "watch nodes", "watch bound", "watch daemonsets"}
	if !slices.Equal(c.calls, want) {
		t.Errorf("calls: %q", c.calls)
	}
	if len(s.Pods) != 0 || used(t, s, "b").CPU != 1000 || used(t, s, "a").CPU != 400 || len(s.Nodes) != 3 {
		t.Errorf("snapshot: pods %v, a %v, b %v", s.Pods, used(t, s, "a"), used(t, s, "b"))
	}
	if store.sent != 1 || s.Catalog != store.catalog {
		t.Errorf("the catalog was sent %d times", store.sent)
	}
}

func TestGoneListsAgain(t *testing.T) {
	c := small()
	r := NewReader(c, &catalogs{}, one, "key")
	mustRead(t, r)
	c.deletePod("default/on-b")
	c.forgotten = c.version + 1
	c.calls = nil
	s := mustRead(t, r)
	if got := used(t, s, "b"); !got.IsZero() {
		t.Errorf("used on b: %v", got)
	}
	if !slices.Contains(c.calls, "list bound") || !slices.Contains(c.calls, "list nodes") {
		t.Errorf("calls: %q", c.calls)
	}
}

func TestListThatGoesStaleStartsOver(t *testing.T) {
	for _, list := range []string{"list bound", "list pending"} {
		t.Run(list, func(t *testing.T) {
			c := small()
			for i := range 5 {
				c.putPod(pod(fmt.Sprint("waits-", i), "", 100))
			}
			n := 0
			c.before = func(call string) error {
				if call == list {
					if n++; n == 2 { // the second page
						return &model.Error{Kind: model.Gone, Op: call}
					}
				}
				return nil
			}
			s := mustRead(t, NewReader(c, &catalogs{}, one, "key"))
			if len(s.Pods) != 6 || used(t, s, "a").CPU != 600 {
				t.Errorf("%d pods wait; on a is used %v", len(s.Pods), used(t, s, "a"))
			}
		})
	}
}

func TestFailedReadLosesNothing(t *testing.T) {
	// Every call fails once, in every place: the Read fails, and the next one has everything.
	want := mustRead(t, NewReader(small(), &catalogs{}, one, "key"))
	var names []string
	probe := small()
	mustRead(t, NewReader(probe, &catalogs{}, one, "key"))
	names = append(names, probe.calls...)
	for i := range names {
		c := small()
		n := 0
		c.before = func(call string) error {
			if n++; n == i+1 {
				return &model.Error{Kind: model.NoAnswer, Op: call}
			}
			return nil
		}
		r := NewReader(c, &catalogs{}, one, "key")
		if _, err := r.Read(context.Background(), start); !model.IsKind(err, model.NoAnswer) {
			t.Fatalf("call %d (%s) failed, and Read said %v", i, names[i], err)
		}
		if diff := cmp.Diff(want, mustRead(t, r)); diff != "" {
			t.Errorf("after call %d (%s) failed (-want +got):\n%s", i, names[i], diff)
		}
	}
}

func TestPodBetweenListAndWatchCountsOnce(t *testing.T) {
	later := start.Add(60e9)
	successor := pod("waits", "", 300)
	successor.UID, successor.CreatedAt = "uid-2", later
	boundSuccessor := successor
	boundSuccessor.NodeName = "b"
	tests := []struct {
		name    string
		first   model.Pod // of the name when everything is listed
		between model.Pod // what it becomes between the list of pending pods and the drain
		lost    bool      // the drain misses it
		pods    string
		b       int64 // cpu used on b
	}{
		{"bound in between", pod("waits", "", 300), pod("waits", "b", 300), false, "", 1000},
		{"a successor is bound in between", pod("waits", "", 300), boundSuccessor, false, "", 1000},
		{"bound all along", pod("waits", "b", 300), pod("waits", "b", 300), false, "", 1000},
		{"a successor waits, the old one is still seen as bound", pod("waits", "b", 300), successor, true, "waits", 700},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := small()
			c.putPod(test.first)
			r := NewReader(c, &catalogs{}, one, "key")
			mustRead(t, r)
			if test.lost {
				c.pods[test.between.PodRef.String()] = test.between // not in the log
			} else {
				c.before = func(call string) error {
					if call == "watch nodes" { // after the lists
						c.putPod(test.between)
					}
					return nil
				}
			}
			s := mustRead(t, r)
			if podNames(s) != test.pods || used(t, s, "b").CPU != test.b {
				t.Errorf("waiting: %q, used on b: %v", podNames(s), used(t, s, "b"))
			}
		})
	}
}

func TestContradictionsAreSaid(t *testing.T) {
	c := small()
	c.putPod(pod("lost-1", "gone", 100))
	c.putPod(pod("lost-2", "gone", 100))
	c.claims["copy"] = model.NodeClaim{Name: "copy", ProviderID: "aws:///z/i-a", CreatedAt: start}
	c.putNode(model.Node{Name: "stray", Labels: map[string]string{model.LabelNodePool: "p", model.LabelNodeClass: "c"}})
	s := mustRead(t, NewReader(c, &catalogs{}, one, "key"))
	want := []string{
		"claims claim-a and copy are both of instance aws:///z/i-a; copy is left out",
		"node stray of pool p has no claim",
		"2 pods are bound to node gone, which is not there",
	}
	if diff := cmp.Diff(want, s.Contradictions); diff != "" {
		t.Errorf("contradictions (-want +got):\n%s", diff)
	}
	if len(s.Claims) != 1 || s.Claims[0].Name != "claim-a" {
		t.Errorf("claims: %v", s.Claims)
	}
}

func TestCatalogThatDoesNotCome(t *testing.T) {
	failed := errors.New("no bucket")
	store := &catalogs{err: failed}
	r := NewReader(small(), store, one, "key")
	if _, err := r.Read(context.Background(), start); !errors.Is(err, failed) {
		t.Fatalf("Read without any catalog: %v", err)
	}
	store.err = nil
	if s := mustRead(t, r); s.Catalog != nil || s.Contradictions != nil {
		t.Errorf("there is none: %v, %q", s.Catalog, s.Contradictions)
	}
	store.catalog = &model.Catalog{Version: "v1", At: start}
	mustRead(t, r)
	store.err = failed
	s := mustRead(t, r)
	if s.Catalog != store.catalog {
		t.Error("the last known catalog does not stand in")
	}
	if len(s.Contradictions) != 1 || !strings.Contains(s.Contradictions[0], "2026-11-01T10:00:00Z stands in: no bucket") {
		t.Errorf("contradictions: %q", s.Contradictions)
	}
}

func TestEqualClustersMakeEqualSnapshots(t *testing.T) {
	body := func() string {
		c := small()
		for i := range 20 {
			c.putNode(model.Node{Name: fmt.Sprint("n-", i)})
			c.putPod(daemonPod(fmt.Sprint("d-", i), "a", fmt.Sprint("ds-", i%7)))
			c.putPod(pod(fmt.Sprint("w-", 19-i), "", 1))
			c.putPod(pod(fmt.Sprint("lost-", i), fmt.Sprint("gone-", i%3), 1))
		}
		b, err := json.Marshal(mustRead(t, NewReader(c, &catalogs{}, one, "key")))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := body()
	for range 5 {
		if got := body(); got != want {
			t.Fatalf("snapshots differ:\n%s\n%s", want, got)
		}
	}
}
