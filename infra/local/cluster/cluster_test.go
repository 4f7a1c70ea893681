package cluster

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// patience bounds every wait for the real control plane; nothing depends on how
// much of it is used.
const patience = 2 * time.Minute

// TestControlPlane starts the real thing once and asks of it what the rest of
// the local environment builds on.
func TestControlPlane(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no real control plane is built and started")
	}
	endpoint := fakeSTS(t)
	webhook := httptest.NewServer(authenticator(endpoint))
	t.Cleanup(webhook.Close)
	dir := t.TempDir()
	options := Options{Dir: dir, AuthWebhook: webhook.URL}
	c := started(t, options)
	admin := clientset(t, adminConfig(t, c))

	t.Run("version", func(t *testing.T) {
		version, err := admin.Discovery().ServerVersion()
		if err != nil || version.GitVersion != kubernetesVersion {
			t.Errorf("/version says %v, %v; want %s", version, err, kubernetesVersion)
		}
	})
	t.Run("token", func(t *testing.T) { testToken(t, c, admin, endpoint.String()) })
	t.Run("node", func(t *testing.T) { testNode(t, c, admin) })
	t.Run("one a folder", func(t *testing.T) {
		if _, err := Start(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "already runs") {
			t.Errorf("a second start in the folder: %v", err)
		}
	})
	t.Run("again after a kill", func(t *testing.T) { testAgain(t, c, options) })
}

// started starts the control plane and stops it, in good order, after the test.
func started(t *testing.T, o Options) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		select {
		case <-c.Done(): // killed by a test
			return
		default:
		}
		if err := c.Stop(); err != nil {
			t.Errorf("%v\n%s", err, tail(logFile(o.Dir)))
		}
		if exists(filepath.Join(o.Dir, "ready")) {
			t.Error("a stopped control plane still says that it is ready")
		}
	})
	return c
}

// testAgain: whatever was acknowledged is still there, and identities given out
// before are still good.
func testAgain(t *testing.T, c *Cluster, o Options) {
	node := nodeConfig(t, c, "n1")
	if err := c.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	node.Host = started(t, o).Server
	if _, err := clientset(t, node).CoreV1().Nodes().Get(t.Context(), "n1", metav1.GetOptions{}); err != nil {
		t.Errorf("node n1 asks for itself after the restart: %v", err)
	}
}

// testToken: a role is its access entry's user in RBAC; a bad token is nobody.
func testToken(t *testing.T, c *Cluster, admin *kubernetes.Clientset, sts string) {
	if err := whoami(t, c, tokenOf(presigned(t, sts, "another"))); !apierrors.IsUnauthorized(err) {
		t.Errorf("a token for another cluster: %v, want 401", err)
	}
	good := tokenOf(presigned(t, sts, "demo"))
	if err := whoami(t, c, good); err != nil {
		t.Fatalf("a good token: %v", err)
	}
	client := clientset(t, tokenConfig(c, good))
	if _, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), `"slipway:provision:a-b"`) {
		t.Errorf("listing nodes without a right to: %v, want 403 for the access entry's user", err)
	}
}

func whoami(t *testing.T, c *Cluster, token string) error {
	t.Helper()
	_, err := clientset(t, tokenConfig(c, token)).Discovery().RESTClient().Get().AbsPath("/api").Do(t.Context()).Raw()
	return err
}

// testNode is the life that provisioning is about: a Deployment's pod finds no
// place; a node joins by its own identity, and only as itself; when it reports
// Ready the pod is bound.
func testNode(t *testing.T, c *Cluster, admin *kubernetes.Clientset) {
	deploy(t, admin)
	await(t, "the pod to be unschedulable", func(ctx context.Context) bool {
		pod := onlyPod(ctx, t, admin)
		return pod != nil && condition(pod) == core.PodReasonUnschedulable
	})

	kubelet := clientset(t, nodeConfig(t, c, "n1"))
	create := func(name string, labels map[string]string) error {
		_, err := kubelet.CoreV1().Nodes().Create(t.Context(), &core.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, metav1.CreateOptions{})
		return err
	}
	if err := create("n2", nil); !apierrors.IsForbidden(err) {
		t.Errorf("node n1 makes node n2: %v, want 403", err)
	}
	if err := create("n1", map[string]string{"node-restriction.kubernetes.io/x": "y"}); !apierrors.IsForbidden(err) {
		t.Errorf("node n1 gives itself a restricted label: %v, want 403", err)
	}
	if err := create("n1", map[string]string{"karpenter.sh/nodepool": "default"}); err != nil {
		t.Fatalf("node n1 joins: %v", err)
	}
	if _, err := kubelet.CoreV1().Nodes().Patch(t.Context(), "n1", "application/merge-patch+json", readyStatus(), metav1.PatchOptions{}, "status"); err != nil {
		t.Fatalf("node n1 reports Ready: %v", err)
	}
	await(t, "the pod to be bound", func(ctx context.Context) bool {
		pod := onlyPod(ctx, t, admin)
		return pod != nil && pod.Spec.NodeName == "n1"
	})
}

func deploy(t *testing.T, admin *kubernetes.Clientset) {
	t.Helper()
	one, labels := int32(1), map[string]string{"app": "web"}
	_, err := admin.AppsV1().Deployments("default").Create(t.Context(), &apps.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: apps.DeploymentSpec{
			Replicas: &one,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: core.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: core.PodSpec{Containers: []core.Container{{
				Name: "web", Image: "example.org/web",
				Resources: core.ResourceRequirements{Requests: core.ResourceList{core.ResourceCPU: resource.MustParse("1")}},
			}}}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

func readyStatus() []byte {
	room := core.ResourceList{core.ResourceCPU: resource.MustParse("2"), core.ResourceMemory: resource.MustParse("4Gi"), core.ResourcePods: resource.MustParse("10")}
	patch, err := json.Marshal(map[string]any{"status": core.NodeStatus{
		Capacity: room, Allocatable: room,
		Conditions: []core.NodeCondition{{Type: core.NodeReady, Status: core.ConditionTrue, Reason: "KubeletReady", LastHeartbeatTime: metav1.Now(), LastTransitionTime: metav1.Now()}},
	}})
	if err != nil {
		panic(err) // plain data of this test
	}
	return patch
}

func onlyPod(ctx context.Context, t *testing.T, admin *kubernetes.Clientset) *core.Pod {
	t.Helper()
	pods, err := admin.CoreV1().Pods("default").List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(pods.Items) != 1 {
		return nil
	}
	return &pods.Items[0]
}

// condition is the reason why a pod is not scheduled.
func condition(pod *core.Pod) string {
	for _, c := range pod.Status.Conditions {
		if c.Type == core.PodScheduled && c.Status == core.ConditionFalse {
			return c.Reason
		}
	}
	return ""
}

func await(t *testing.T, what string, done func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for !done(ctx) {
		select {
		case <-ctx.Done():
			t.Fatalf("waited %s for %s", patience, what)
		case <-ticks.C:
		}
	}
}

func adminConfig(t *testing.T, c *Cluster) *rest.Config {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func tokenConfig(c *Cluster, token string) *rest.Config {
	return &rest.Config{Host: c.Server, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: c.CAData}}
}

func nodeConfig(t *testing.T, c *Cluster, name string) *rest.Config {
	t.Helper()
	key, err := os.ReadFile(c.CAKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, own, err := SignNode(c.CAData, key, name, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return &rest.Config{Host: c.Server, TLSClientConfig: rest.TLSClientConfig{CAData: c.CAData, CertData: cert, KeyData: own}}
}

func clientset(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
