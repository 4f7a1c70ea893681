package act_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/act"
	"github.com/slipway-dev/slipway/shared/model"
)

// What is frozen is what was asked for, and it is there before anything happens.
func TestFreeze(t *testing.T) {
	s := newStage(t)
	s.ec2.Refuse("Create", 2, model.NoAnswer)
	_, err := s.apply(launchOf("a", "b"))
	wantKind(t, err, model.NoAnswer)
	got, err := s.ledger.Launch(t.Context(), s.applier.Cluster.Key, "l-1x0")
	ok(t, err)
	var request model.FleetRequest
	ok(t, json.Unmarshal(got.Request, &request))
	want := model.FleetRequest{
		Token: "l-1x0", Count: 2, CapacityType: model.OnDemand, Overrides: two,
		Template: model.LaunchTemplate{ID: "lt-1", Version: "7", ImageID: "ami-1"},
		Tags: map[string]string{
			"team":                           "x",
			"kubernetes.io/cluster/prod":     "owned",
			"eks:eks-cluster-name":           "prod",
			"karpenter.sh/nodepool":          "general",
			"karpenter.k8s.aws/ec2nodeclass": "default",
			"slipway.dev/cluster":            "3f9a0c5d7e21.uid",
			"slipway.dev/launch":             "l-1x0",
		},
	}
	if diff := cmp.Diff(want, request); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if got.Epoch != 1 || got.Attempt != 1 || got.Token != "l-1x0" || !got.CreatedAt.Equal(noon) || got.Answer != nil || len(got.Claims()) != 2 {
		t.Errorf("launch %+v", got)
	}
}

// A class's own tags do not replace those by which an instance is known to be ours.
func TestFreezeKeepsOurTags(t *testing.T) {
	s := newStage(t)
	l := launchOf("a")
	l.Tags = map[string]string{model.TagLaunch: "other", model.TagCluster: "other"}
	_, err := s.apply(l)
	ok(t, err)
	tags := s.ec2.All()[0].Tags
	if tags[model.TagLaunch] != "l-1x0" || tags[model.TagCluster] != "3f9a0c5d7e21.uid" || l.Tags[model.TagLaunch] != "other" {
		t.Errorf("tags %v of class tags %v", tags, l.Tags)
	}
}

func TestFreezeNothing(t *testing.T) {
	for name, spoil := range map[string]func(*model.LaunchAction){
		"no claims":    func(l *model.LaunchAction) { l.Claims = nil },
		"no offerings": func(l *model.LaunchAction) { l.Overrides = nil },
	} {
		s := newStage(t)
		l := launchOf("a")
		spoil(&l)
		if _, err := s.apply(l); err == nil || len(s.calls) > 0 {
			t.Errorf("%s: error %v, calls %v", name, err, s.calls)
		}
	}
}

// The lane counts the instances that are asked for in the running minute.
func TestFreezeCounts(t *testing.T) {
	s := newStage(t)
	for i, step := range []struct {
		claims []string
		after  time.Duration
		want   int64
	}{
		{[]string{"a", "b"}, 0, 2},
		{[]string{"c"}, 59 * time.Second, 3},
		{[]string{"d"}, time.Second, 1}, // a new minute
	} {
		s.now = s.now.Add(step.after)
		l := launchOf(step.claims...)
		l.ID = fmt.Sprintf("l-%dx0", i+1)
		_, err := s.apply(l)
		ok(t, err)
		if lane := s.open(); lane.LaunchCount != step.want || !lane.LaunchMinute.Equal(s.now.Truncate(time.Minute)) {
			t.Errorf("step %d: %d in the minute of %v, want %d", i, lane.LaunchCount, lane.LaunchMinute, step.want)
		}
	}
}

// More launches than a transaction of the ledger holds go in several; all of them count.
func TestFreezeMany(t *testing.T) {
	s := newStage(t)
	var launches []model.LaunchAction
	for i := range 120 {
		l := launchOf(fmt.Sprintf("c%d", i))
		l.ID = fmt.Sprintf("l-1x%d", i)
		launches = append(launches, l)
	}
	_, err := s.applier.Apply(t.Context(), planOf(launches...), s.open())
	ok(t, err)
	if n := s.ledger.Calls("Freeze"); n != 3 || s.open().LaunchCount != 120 || len(s.ec2.All()) != 120 {
		t.Errorf("%d calls of Freeze, %d counted, %d instances", n, s.open().LaunchCount, len(s.ec2.All()))
	}
}

// The lane may be lost between two attempts too. What has an instance by then keeps it; the rest is for whoever has the
// lane now.
func TestFreezeLostBetweenAttempts(t *testing.T) {
	s := newStage(t)
	s.applier.Fleets = oneOffering{s.ec2}
	s.ec2.Stock("m7g.large", "", 1, "")
	s.meanwhile("Close", func() {
		_, _, err := s.ledger.Open(t.Context(), s.applier.Cluster.Key, model.LaneProvision, s.now)
		ok(t, err)
	})
	out, err := s.apply(launchOf("a", "b"))
	if !errors.Is(err, act.ErrLaneLost) || len(out.Launches) != 1 || len(out.Unfilled) != 0 {
		t.Errorf("error %v, outcome %+v", err, out)
	}
	s.wantState(`
#1 m7g.large us-east-1a running of l-1x0 for "a"
a #1 Launched=True by l-1x0
b #0 Launched=Unknown by l-1x0
mark "m7g.large" "us-east-1a" "on-demand" "" for 3m0s: InsufficientInstanceCapacity
`)
}
