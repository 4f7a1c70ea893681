package kube

import (
	"context"
	"flag"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/writes.txt anew; read the diff before you commit it")

// TestWrites compares every write's request, as text, with testdata/writes.txt.
func TestWrites(t *testing.T) {
	v := "x"
	claim := model.NodeClaim{
		Name: "general-x", Labels: map[string]string{model.LabelNodePool: "general"}, Annotations: map[string]string{model.AnnotationReason: "1 pod"},
		OwnerPool:     model.ObjectRef{Name: "general", UID: "pool-uid"},
		Class:         model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		Requirements:  []model.Requirement{{Key: model.LabelInstanceType, Operator: model.In, Values: []string{"m5.large", "m6i.large"}, MinValues: 2}, {Key: "k", Operator: model.Exists}},
		Requests:      model.Resources{CPU: 1500, Memory: 3 << 30, Pods: 4, Extended: []model.Amount{{Name: "nvidia.com/gpu", Value: 1}}},
		Taints:        []model.Taint{{Key: "t", Value: "v", Effect: model.NoSchedule}},
		StartupTaints: []model.Taint{{Key: "s", Effect: model.NoExecute}},
		ExpireAfter:   "720h", TerminationGracePeriod: "1h",
	}
	launched := model.ClaimStatus{
		ResourceVersion: "7", Generation: 1, CreatedAt: noon, ProviderID: "aws:///z/i-1", ImageID: "ami-1",
		Capacity:    model.Resources{CPU: 2000, Memory: 7_000_000_000, Pods: 29},
		Allocatable: model.Resources{CPU: 1930, Memory: 6 << 30, Pods: 29},
		Conditions: model.Conditions{{Type: model.Launched, Status: model.True, Reason: "Launched",
			LastTransitionTime: noon.Add(time.Second), ObservedGeneration: 1}},
	}
	event := model.TellAction{
		On:      model.EventObject{APIVersion: "v1", Kind: "Pod", Namespace: "default", Name: "web", UID: "pod-uid"},
		Warning: true, Reason: "FailedScheduling", Message: "no pool takes it",
	}
	calls := []struct {
		name string
		call func(context.Context, *Client) error
	}{
		{"create a claim", func(ctx context.Context, c *Client) error { _, err := c.CreateNodeClaim(ctx, claim); return err }},
		{"delete a claim", func(ctx context.Context, c *Client) error { return c.DeleteNodeClaim(ctx, "general-x", "u", "") }},
		{"delete a claim at a version", func(ctx context.Context, c *Client) error { return c.DeleteNodeClaim(ctx, "general-x", "u", "7") }},
		{"patch a claim", func(ctx context.Context, c *Client) error {
			_, err := c.PatchClaim(ctx, "general-x", model.ClaimPatch{ResourceVersion: "7", Labels: map[string]*string{"new": &v, "old": nil}, Finalizers: &[]string{}})
			return err
		}},
		{"patch a claim's status", func(ctx context.Context, c *Client) error {
			_, err := c.PatchClaimStatus(ctx, "general-x", launched)
			return err
		}},
		{"patch a node", func(ctx context.Context, c *Client) error {
			_, err := c.PatchNode(ctx, "ip-1", model.NodePatch{
				ResourceVersion: "7", Annotations: map[string]*string{"a": &v}, Taints: &[]model.Taint{},
				Finalizers: &[]string{model.FinalizerTermination}, Owner: &model.ObjectRef{Name: "general-x", UID: "u"},
			})
			return err
		}},
		{"patch a pool's status", func(ctx context.Context, c *Client) error {
			_, err := c.PatchPoolStatus(ctx, "general", model.PoolStatus{
				ResourceVersion: "7", Nodes: 2, Resources: model.Resources{CPU: 8000, Memory: 32 << 30},
				Was: model.Resources{CPU: 1, Extended: []model.Amount{{Name: "nvidia.com/gpu", Value: 1}}},
			})
			return err
		}},
		{"nominate a pod", func(ctx context.Context, c *Client) error {
			return c.NominatePod(ctx, model.PodRef{Namespace: "default", Name: "web", UID: "pod-uid"}, "ip-1")
		}},
		{"tell", func(ctx context.Context, c *Client) error {
			return c.CreateEvent(ctx, event, noon, "slipway-provision")
		}},
	}
	var got strings.Builder
	for _, call := range calls {
		rec := &recorder{}
		if err := call.call(context.Background(), newAPI(t, rec.handle).client(t)); err != nil {
			t.Errorf("%s: %v", call.name, err)
		}
		got.WriteString("# " + call.name + "\n" + strings.Join(rec.requests, "") + "\n")
	}
	const file = "testdata/writes.txt"
	if *rewrite {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestPatchNodeReturnsTheNode(t *testing.T) {
	// The answer to a patch of JSON comes in the encoding of the kind.
	a := newAPI(t, func(a *api, w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept"); got != typeProtobuf {
			t.Errorf("Accept: %s", got)
		}
		w.Header().Set("Content-Type", typeJSON)
		w.Write([]byte(`{"metadata":{"name":"ip-1","resourceVersion":"8"}}`))
	})
	node, err := a.client(t).PatchNode(context.Background(), "ip-1", model.NodePatch{})
	if err != nil || node.Name != "ip-1" || node.ResourceVersion != "8" {
		t.Errorf("node: %+v, %v", node, err)
	}
}

func TestStatusWithoutTimesIsRefused(t *testing.T) {
	c := New(Options{})
	status := model.ClaimStatus{CreatedAt: noon, Conditions: model.Conditions{{Type: model.Launched, Status: model.True}}}
	if _, err := c.PatchClaimStatus(context.Background(), "x", status); !model.IsKind(err, model.Invalid) {
		t.Errorf("error: %v", err)
	}
}

func TestSameEventTwiceIsOne(t *testing.T) {
	rec := &recorder{}
	c := newAPI(t, rec.handle).client(t)
	tell := model.TellAction{On: model.EventObject{Kind: "NodePool", Name: "general", UID: "u"}, Reason: "Limited", Message: "cpu"}
	for i := range 2 {
		if err := c.CreateEvent(context.Background(), tell, noon.Add(time.Duration(i)*time.Minute), "slipway"); err != nil {
			t.Errorf("time %d: %v", i, err)
		}
	}
	if len(rec.requests) != 2 || !strings.HasPrefix(rec.requests[0], "POST /api/v1/namespaces/default/events ") {
		t.Errorf("requests: %q", rec.requests)
	}
	name := eventName(tell, "slipway")
	tell.Message = "memory"
	if eventName(tell, "slipway") == name {
		t.Error("another message has the same name")
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	for _, message := range []string{strings.Repeat("a", 5000), strings.Repeat("äö€", 500)} {
		got := shortened(message)
		if len(got) > maxMessage || len(got) < maxMessage-6 || !utf8.ValidString(got) || !strings.HasSuffix(got, "...") {
			t.Errorf("%d bytes, ends in %q", len(got), got[len(got)-6:])
		}
	}
	if got := shortened("short"); got != "short" {
		t.Errorf("short became %q", got)
	}
}
