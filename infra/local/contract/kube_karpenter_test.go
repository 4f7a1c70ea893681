package contract

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

const poolYAML = `
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: general}
spec:
  weight: 10
  limits: {cpu: "100", memory: 400Gi}
  template:
    metadata: {labels: {team: a}, annotations: {note: x}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      requirements:
      - {key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r], minValues: 2}
      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["4"]}
      taints: [{key: dedicated, value: a, effect: NoSchedule}]
      startupTaints: [{key: boot, effect: NoExecute}]
      terminationGracePeriod: 1h
`

func (k *kubernetes) testPools(t *testing.T) {
	k.kubectl(t, poolYAML, "create", "-f", "-")
	pool, err := k.NodePool(t.Context(), "general")
	if err != nil {
		t.Fatal(err)
	}
	theirs := typed[karpenter.NodePool](t, k, "nodepool", "general")
	if pool.Weight != *theirs.Spec.Weight || pool.Labels["team"] != "a" || pool.ClaimAnnotations["note"] != "x" ||
		pool.ExpireAfter != "720h" || pool.TerminationGracePeriod != "1h" ||
		!pool.Class.Ours() || pool.Generation != theirs.Generation || pool.UID != string(theirs.UID) || pool.Static {
		t.Errorf("pool: %+v", pool)
	}
	if diff := cmp.Diff([]model.Limit{{Resource: "cpu", Value: 100_000}, {Resource: "memory", Value: 400 << 30}}, pool.Limits); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
	sameRequirements(t, theirs.Spec.Template.Spec.Requirements, pool.Requirements)
	if len(pool.Taints) != 1 || len(pool.StartupTaints) != 1 || pool.Hash == "" {
		t.Errorf("pool: %+v", pool)
	}

	status := pool.Status()
	status.Nodes, status.Resources = 2, model.Resources{CPU: 8000, Memory: 32 << 30, Extended: []model.Amount{{Name: "nvidia.com/gpu", Value: 1}}}
	status.Conditions = status.Conditions.With(model.Condition{Type: "NodeRegistrationHealthy", Status: model.True, LastTransitionTime: time.Now()})
	counted, err := k.PatchPoolStatus(t.Context(), "general", status)
	if err != nil || counted.Nodes != 2 || !cmp.Equal(counted.Resources, status.Resources) {
		t.Fatalf("pool: %+v, %v", counted, err)
	}
	if _, err := k.PatchPoolStatus(t.Context(), "general", status); !model.IsKind(err, model.Conflict) {
		t.Errorf("a status of an old version: %v", err)
	}
	status = counted.Status()
	status.Nodes, status.Resources = 0, model.Resources{}
	if counted, err = k.PatchPoolStatus(t.Context(), "general", status); err != nil || !counted.Resources.IsZero() {
		t.Errorf("pool: %+v, %v", counted, err)
	}
	theirs = typed[karpenter.NodePool](t, k, "nodepool", "general")
	if q := theirs.Status.Resources["nodes"]; q.Value() != 0 || len(theirs.Status.Resources) != 5 || theirs.Status.Conditions[0].Reason == "" {
		t.Errorf("status: %+v", theirs.Status)
	}
}

func sameRequirements(t *testing.T, theirs []karpenter.NodeSelectorRequirementWithMinValues, ours []model.Requirement) {
	t.Helper()
	var want []model.Requirement
	for _, r := range theirs {
		w := model.Requirement{Key: r.Key, Operator: model.Operator(r.Operator), Values: r.Values}
		if r.MinValues != nil {
			w.MinValues = *r.MinValues
		}
		want = append(want, w)
	}
	if diff := cmp.Diff(want, ours); diff != "" {
		t.Errorf("requirements (-want +got):\n%s", diff)
	}
}

func (k *kubernetes) newClaim(t *testing.T, name string) model.NodeClaim {
	t.Helper()
	pool, err := k.NodePool(t.Context(), "general")
	if err != nil {
		t.Fatal(err)
	}
	return model.NodeClaim{
		Name: name, Labels: map[string]string{model.LabelNodePool: pool.Name},
		Annotations:  map[string]string{model.AnnotationPods: `[{"namespace":"default","name":"two","uid":"u"}]`},
		OwnerPool:    model.ObjectRef{Name: pool.Name, UID: pool.UID},
		Class:        pool.Class,
		Requirements: append(pool.Requirements, model.Requirement{Key: model.LabelZone, Operator: model.In, Values: []string{"us-east-1a"}}),
		Requests:     model.Resources{CPU: 350, Memory: 64 << 20, Pods: 1},
		Taints:       pool.Taints, StartupTaints: pool.StartupTaints,
		ExpireAfter: pool.ExpireAfter, TerminationGracePeriod: pool.TerminationGracePeriod,
	}
}

func (k *kubernetes) testClaims(t *testing.T) {
	claim := k.newClaim(t, "general-x")
	made, err := k.CreateNodeClaim(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	want := claim
	want.UID, want.ResourceVersion, want.Generation, want.CreatedAt = made.UID, made.ResourceVersion, 1, made.CreatedAt
	want.Finalizers = []string{model.FinalizerTermination}
	want.Pods = []model.PodRef{{Namespace: "default", Name: "two", UID: "u"}}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("claim (-want +got):\n%s", diff)
	}
	if _, err := k.CreateNodeClaim(t.Context(), claim); !model.IsKind(err, model.AlreadyExists) {
		t.Errorf("the name again: %v", err)
	}
	bad := claim
	bad.Name, bad.Requirements = "general-bad", []model.Requirement{{Key: "k", Operator: "Like"}}
	if _, err := k.CreateNodeClaim(t.Context(), bad); !model.IsKind(err, model.Invalid) {
		t.Errorf("a claim that the definition forbids: %v", err)
	}
	theirs := typed[karpenter.NodeClaim](t, k, "nodeclaim", "general-x")
	sameRequirements(t, theirs.Spec.Requirements, made.Requirements)

	launched := k.writeStatus(t, made)
	k.endClaim(t, launched)
}

// writeStatus makes the claim Ready step by step, as Karpenter's users see it.
func (k *kubernetes) writeStatus(t *testing.T, claim model.NodeClaim) model.NodeClaim {
	t.Helper()
	stale := claim.Status()
	for i, kind := range []string{model.Launched, model.Registered, model.Initialized} {
		status := claim.Status()
		status.ProviderID, status.NodeName, status.ImageID = "aws:///us-east-1a/i-1", "n1", "ami-1"
		status.Capacity, status.Allocatable = model.Resources{CPU: 4000, Pods: 58}, model.Resources{CPU: 3920, Pods: 58}
		status.Conditions = status.Conditions.With(model.Condition{
			Type: kind, Status: model.True, ObservedGeneration: claim.Generation, LastTransitionTime: claim.CreatedAt.Add(time.Duration(i+1) * time.Second),
		})
		var err error
		if claim, err = k.PatchClaimStatus(t.Context(), claim.Name, status); err != nil {
			t.Fatal(err)
		}
		// What we wrote is what Karpenter's own code would make of it.
		theirs := typed[karpenter.NodeClaim](t, k, "nodeclaim", claim.Name)
		ours := theirs.StatusConditions().Root().DeepCopy()
		theirs.Status.Conditions = nil
		for _, c := range claim.Conditions {
			if c.Type != model.Ready {
				set := theirs.StatusConditions()
				switch c.Status {
				case model.True:
					set.SetTrue(c.Type)
				default:
					set.SetUnknown(c.Type)
				}
			}
		}
		if root := theirs.StatusConditions().Root(); root.Status != ours.Status || root.Reason != ours.Reason || len(root.Message) != len(ours.Message) {
			t.Errorf("after %s Ready is %+v, Karpenter's %+v", kind, ours, root)
		}
	}
	if !claim.Initialized() || !claim.Conditions.IsTrue(model.Ready) || claim.Capacity.CPU != 4000 || claim.ProviderID != "aws:///us-east-1a/i-1" {
		t.Errorf("claim: %+v", claim)
	}
	if _, err := k.PatchClaimStatus(t.Context(), claim.Name, stale); !model.IsKind(err, model.Conflict) {
		t.Errorf("a status of an old version: %v", err)
	}
	return claim
}

func (k *kubernetes) endClaim(t *testing.T, claim model.NodeClaim) {
	t.Helper()
	launch := "l-1"
	patched, err := k.PatchClaim(t.Context(), claim.Name, model.ClaimPatch{
		ResourceVersion: claim.ResourceVersion, Annotations: map[string]*string{model.AnnotationLaunch: &launch, model.AnnotationPods: nil},
	})
	if err != nil || patched.Annotations[model.AnnotationLaunch] != launch || patched.Pods != nil {
		t.Errorf("claim: %+v, %v", patched, err)
	}
	for name, wrong := range map[string][2]string{"version": {claim.UID, claim.ResourceVersion}, "UID": {"other", ""}} {
		if err := k.DeleteNodeClaim(t.Context(), claim.Name, wrong[0], wrong[1]); !model.IsKind(err, model.Conflict) {
			t.Errorf("deleted by the wrong %s: %v", name, err)
		}
	}
	if err := k.DeleteNodeClaim(t.Context(), claim.Name, patched.UID, patched.ResourceVersion); err != nil {
		t.Fatal(err)
	}
	if ending, err := k.NodeClaim(t.Context(), claim.Name); err != nil || !ending.Deleting() {
		t.Errorf("claim: %+v, %v", ending, err)
	}
	if _, err := k.PatchClaim(t.Context(), claim.Name, model.ClaimPatch{Finalizers: &[]string{}}); err != nil {
		t.Error(err)
	}
	if _, err := k.NodeClaim(t.Context(), claim.Name); !model.IsKind(err, model.NotFound) {
		t.Errorf("after its finalizer: %v", err)
	}
}

// testPages lists more claims than a page holds.
func (k *kubernetes) testPages(t *testing.T) {
	const n = 520
	claim := k.newClaim(t, "")
	names := make(chan string)
	var makers sync.WaitGroup
	for range 4 {
		makers.Go(func() {
			for name := range names {
				c := claim
				c.Name = name
				if _, err := k.CreateNodeClaim(context.WithoutCancel(t.Context()), c); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	for i := range n {
		names <- fmt.Sprintf("page-%03d", i)
	}
	close(names)
	makers.Wait()
	claims, version := every(t, k.NodeClaims)
	if len(claims) != n || claims[n-1].Name != fmt.Sprintf("page-%03d", n-1) || version == "" {
		t.Errorf("%d claims at version %q", len(claims), version)
	}
}
