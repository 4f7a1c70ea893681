package events_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
)

var demo = events.Cluster{Key: "3f9a0c5d7e21", Name: "demo"}

// at is later than the minute by what the golden events say, and a little that is cut off.
var minute = time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
var at = minute.Add(125*time.Millisecond + 42*time.Microsecond)

// head is the header of a golden event; cause is empty for a root.
func head(id, cause string) events.Header {
	if cause == "" {
		return events.NewHeader(demo, id, at)
	}
	return events.NewHeader(demo, cause, at.Add(-time.Second)).Next(id, at)
}

// goldenEvents are the events of testevents/slipway, as a publisher would make them.
func goldenEvents() map[string]events.Event {
	const node, claim, instance = "ip-10-0-1-17.eu-west-1.compute.internal", "general-x7k2p", "i-0aaaabbbbccccdddd"
	pods := []events.Pod{
		{Namespace: "shop", Name: "web-7d4b9c6f5-2xk8p", UID: "8c1f0f5e-1f0b-4f57-9d0e-0a4c5ad0a001"},
		{Namespace: "shop", Name: "web-7d4b9c6f5-9hq4z", UID: "8c1f0f5e-1f0b-4f57-9d0e-0a4c5ad0a002"},
		{Namespace: "shop", Name: "web-7d4b9c6f5-lw6nt", UID: "8c1f0f5e-1f0b-4f57-9d0e-0a4c5ad0a003"},
	}
	return map[string]events.Event{
		"pods-pending":    events.NewPodsPending(head("pending-1", ""), pods, "48213"),
		"capacity-needed": events.NewCapacityNeeded(head("needed-1", "warning-1"), "spot interruption", claim),
		"catalog-changed": events.NewCatalogChanged(head("catalog-1", "pool-1"), `"9b2cf535f27731c974343645a3985328"`, "pool general became ready"),
		"node-changed":    events.NewNodeChanged(head("node-1", ""), []string{node}, []string{claim}),
		"pool-changed":    events.NewPoolChanged(head("pool-1", ""), []string{"general", "batch"}),
		"class-changed":   events.NewClassChanged(head("class-1", ""), []string{"default"}),
		"tick":            events.NewTick(events.NewHeader(demo, "d32c5ddc-b9a3-4cb9-8c3e-8d1f2b6e7f10", minute), at),
		"claim-due":       events.NewClaimDue(head("due-1", "fleet-1"), claim, "5b0e3c1a-6d0a-4f2e-9a57-2f1d9e3c7b44", at.Add(5*time.Second), 1),
		"plan-decided": events.NewPlanDecided(head("plan-1", "pending-1"), events.PlanDecided{
			Epoch:   42,
			Reasons: []string{"3 pods of shop/web need 1500m cpu and 3Gi: no node has room, m7g.large in eu-west-1b is cheapest"},
			Claims:  1, Cost: 0.0371,
		}),
		"fleet-launched": events.NewFleetLaunched(head("fleet-1", "plan-1"), events.FleetLaunched{
			Launch: "l-7f3a", Attempt: 1, Claims: []string{claim, "general-m3d9q"},
			Instances: []events.LaunchedInstance{{ID: instance, Type: "m7g.large", Zone: "eu-west-1b", CapacityType: "spot", Claim: claim}},
			Errors: []events.LaunchError{
				{Code: "InsufficientInstanceCapacity", Type: "c7g.large", Zone: "eu-west-1a", CapacityType: "spot"},
				{Code: "MaxSpotInstanceCountExceeded"},
			},
		}),
		"node-registered": events.NewNodeRegistered(head("registered-1", "node-1"), events.NodeRegistered{
			Claim: claim, Node: node, Instance: instance, SinceLaunch: 31482}),
		"node-initialized": events.NewNodeInitialized(head("initialized-1", "node-1"), events.NodeInitialized{
			Claim: claim, Node: node, Instance: instance, SinceLaunch: 38907}),
		"claim-retired": events.NewClaimRetired(head("retired-1", "due-1"), claim, "not registered within 15m0s"),
	}
}

// TestGoldenEvents holds constructor, encoder, decoder and golden file together, kind by kind.
func TestGoldenEvents(t *testing.T) {
	made := goldenEvents()
	if want, got := len(events.Kinds()), len(made); got != want {
		t.Errorf("%d golden events for %d kinds", got, want)
	}
	for name, event := range made {
		t.Run(name, func(t *testing.T) {
			raw := read(t, "slipway/"+name+".json")
			read, err := events.Decode(raw)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(event, read); diff != "" {
				t.Errorf("decode: -made +read:\n%s", diff)
			}
			entry, err := events.Encode(event)
			if err != nil {
				t.Fatal(err)
			}
			want := events.Entry{Source: "slipway", DetailType: event.Kind(), Detail: compactDetail(t, raw)}
			if diff := cmp.Diff(want, entry); diff != "" {
				t.Errorf("encode: -file +made:\n%s", diff)
			}
		})
	}
}

func TestLongListsAreCut(t *testing.T) {
	pods := make([]events.Pod, 1000)
	for i := range pods {
		pods[i] = events.Pod{Namespace: "shop", Name: "web"}
	}
	pending := events.NewPodsPending(head("p", ""), pods, "1")
	if pending.Count != 1000 || len(pending.Pods) != events.MaxPods {
		t.Errorf("pods: count %d, %d named", pending.Count, len(pending.Pods))
	}
	reasons := make([]string, events.MaxReasons+7)
	plan := events.NewPlanDecided(head("p", ""), events.PlanDecided{Reasons: reasons})
	if last := plan.Reasons[len(plan.Reasons)-1]; len(plan.Reasons) != events.MaxReasons+1 || last != "and 7 more" {
		t.Errorf("reasons: %d, the last %q", len(plan.Reasons), last)
	}
}

// TestNodeChangedNamesEither: nodes alone or claims alone are worth an event.
func TestNodeChangedNamesEither(t *testing.T) {
	for _, event := range []events.Event{
		events.NewNodeChanged(head("n", ""), []string{"node"}, nil),
		events.NewNodeChanged(head("n", ""), nil, []string{"claim"}),
	} {
		if _, err := events.Encode(event); err != nil {
			t.Error(err)
		}
	}
}
