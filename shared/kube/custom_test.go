package kube

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

// serve answers every request with the JSON.
func serve(t *testing.T, json string) *Client {
	return newAPI(t, func(_ *api, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", typeJSON)
		io.WriteString(w, json)
	}).client(t)
}

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func TestNodePoolIsRead(t *testing.T) {
	c := serve(t, `{"metadata":{"resourceVersion":"7"},"items":[{
  "metadata":{"name":"general","uid":"u","resourceVersion":"5","generation":3,"annotations":{"karpenter.sh/nodepool-hash":"h"},
    "creationTimestamp":"2026-11-01T12:00:00Z","deletionTimestamp":"2026-11-01T12:00:00Z"},
  "spec":{
    "template":{
      "metadata":{"labels":{"team":"a"},"annotations":{"note":"x"}},
      "spec":{
        "requirements":[{"key":"k","operator":"In","values":["1","2"],"minValues":2},{"key":"cpu","operator":"Gte","values":["4"]}],
        "nodeClassRef":{"group":"karpenter.k8s.aws","kind":"EC2NodeClass","name":"default"},
        "taints":[{"key":"t","value":"v","effect":"NoSchedule"}],"startupTaints":[{"key":"s","effect":"NoExecute"}],
        "expireAfter":"720h","terminationGracePeriod":"1h"}},
    "disruption":{"consolidateAfter":"0s"},
    "limits":{"cpu":"1500m","memory":"10Gi","nodes":"7","nvidia.com/gpu":2},"weight":10},
  "status":{"nodes":2,"resources":{"cpu":"8","nodes":"2","pods":"0"},"conditions":[
    {"type":"Ready","status":"True","reason":"Ready","message":"","lastTransitionTime":"2026-11-01T12:00:00Z","observedGeneration":3},
    {"type":"NodeClassReady","status":"True","reason":"NodeClassReady","message":"","lastTransitionTime":"2026-11-01T12:00:00Z"}]}
},{"metadata":{"name":"static","creationTimestamp":null},"spec":{"replicas":0,"template":{"spec":{"expireAfter":"Never"}}}}]}`)
	page, err := c.NodePools(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	general := model.NodePool{
		Name: "general", UID: "u", ResourceVersion: "5", Generation: 3, Weight: 10, Deleting: true,
		Annotations: map[string]string{model.AnnotationPoolHash: "h"},
		Limits:      []model.Limit{{Resource: "cpu", Value: 1500}, {Resource: "memory", Value: 10 << 30}, {Resource: "nodes", Value: 7}, {Resource: "nvidia.com/gpu", Value: 2}},
		Labels:      map[string]string{"team": "a"}, ClaimAnnotations: map[string]string{"note": "x"},
		Requirements: []model.Requirement{
			{Key: "k", Operator: model.In, Values: []string{"1", "2"}, MinValues: 2},
			{Key: "cpu", Operator: model.Gte, Values: []string{"4"}},
		},
		Taints:        []model.Taint{{Key: "t", Value: "v", Effect: model.NoSchedule}},
		StartupTaints: []model.Taint{{Key: "s", Effect: model.NoExecute}},
		Class:         model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		ExpireAfter:   "720h", TerminationGracePeriod: "1h",
		Conditions: model.Conditions{
			{Type: "NodeClassReady", Status: model.True, Reason: "NodeClassReady", LastTransitionTime: noon},
			{Type: model.Ready, Status: model.True, Reason: "Ready", LastTransitionTime: noon, ObservedGeneration: 3},
		},
		Resources: model.Resources{CPU: 8000}, Nodes: 2,
	}
	general.Hash = general.TemplateHash()
	static := model.NodePool{Name: "static", Static: true, ExpireAfter: "Never"}
	static.Hash = static.TemplateHash()
	if diff := cmp.Diff([]model.NodePool{general, static}, page.Items); diff != "" {
		t.Errorf("pools (-want +got):\n%s", diff)
	}
}

func TestNodeClaimIsRead(t *testing.T) {
	c := serve(t, `{
  "metadata":{"name":"general-x","uid":"u","resourceVersion":"5","generation":2,"labels":{"karpenter.sh/nodepool":"general"},
    "annotations":{"slipway.dev/pods":"[{\"namespace\":\"default\",\"name\":\"web\",\"uid\":\"p\"}]"},
    "finalizers":["karpenter.sh/termination"],"ownerReferences":[{"apiVersion":"karpenter.sh/v1","kind":"NodePool","name":"general","uid":"pool"}],
    "creationTimestamp":"2026-11-01T12:00:00Z","deletionTimestamp":"2026-11-01T12:00:00Z","managedFields":[{"manager":"x"}]},
  "spec":{"nodeClassRef":{"group":"karpenter.k8s.aws","kind":"EC2NodeClass","name":"default"},
    "requirements":[{"key":"k","operator":"Exists"}],"resources":{"requests":{"cpu":"100m","pods":"3"}},
    "taints":[{"key":"t","effect":"NoSchedule"}],"startupTaints":[{"key":"s","effect":"NoExecute"}],"expireAfter":"Never","terminationGracePeriod":"30m"},
  "status":{"providerID":"aws:///z/i-1","nodeName":"ip-1","imageID":"ami-1","capacity":{"cpu":"4"},"allocatable":{"cpu":"3920m"},
    "conditions":[{"type":"Launched","status":"True","reason":"Launched","message":"","lastTransitionTime":"2026-11-01T12:00:00Z"}]}}`)
	got, err := c.NodeClaim(context.Background(), "general-x")
	if err != nil {
		t.Fatal(err)
	}
	want := model.NodeClaim{
		Name: "general-x", UID: "u", ResourceVersion: "5", Generation: 2, Labels: map[string]string{model.LabelNodePool: "general"},
		Annotations: got.Annotations, Finalizers: []string{model.FinalizerTermination},
		OwnerPool: model.ObjectRef{Name: "general", UID: "pool"}, CreatedAt: noon, DeletedAt: noon,
		Class:         model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		Requirements:  []model.Requirement{{Key: "k", Operator: model.Exists}},
		Requests:      model.Resources{CPU: 100, Pods: 3},
		Taints:        []model.Taint{{Key: "t", Effect: model.NoSchedule}},
		StartupTaints: []model.Taint{{Key: "s", Effect: model.NoExecute}},
		ExpireAfter:   "Never", TerminationGracePeriod: "30m",
		ProviderID: "aws:///z/i-1", NodeName: "ip-1", ImageID: "ami-1",
		Capacity: model.Resources{CPU: 4000}, Allocatable: model.Resources{CPU: 3920},
		Conditions: model.Conditions{{Type: model.Launched, Status: model.True, Reason: "Launched", LastTransitionTime: noon}},
		Pods:       []model.PodRef{{Namespace: "default", Name: "web", UID: "p"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claim (-want +got):\n%s", diff)
	}
}

func TestClaimWithForeignMemory(t *testing.T) {
	c := serve(t, `{"metadata":{"name":"x","annotations":{"slipway.dev/pods":"not ours"}}}`)
	got, err := c.NodeClaim(context.Background(), "x")
	if err != nil || got.Pods != nil {
		t.Errorf("claim: %+v, %v", got, err)
	}
	if got.Deleting() || !got.CreatedAt.IsZero() {
		t.Errorf("claim without times: %+v", got)
	}
}

func TestNodeClassIsRead(t *testing.T) {
	c := serve(t, `{"items":[{"metadata":{"name":"default","uid":"u","resourceVersion":"4","generation":1},
  "status":{"conditions":[{"type":"Ready","status":"False","reason":"SubnetsNotFound","message":"none","lastTransitionTime":"2026-11-01T12:00:00Z"}]}}]}`)
	page, err := c.NodeClasses(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []model.NodeClass{{Name: "default", UID: "u", ResourceVersion: "4", Generation: 1, Conditions: model.Conditions{
		{Type: model.Ready, Status: model.False, Reason: "SubnetsNotFound", Message: "none", LastTransitionTime: noon},
	}}}
	if diff := cmp.Diff(want, page.Items); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
}
