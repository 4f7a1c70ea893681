package boot

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/slipway-dev/slipway/infra/local/cluster"
)

// patience is how long the tests wait for what has to happen; nothing depends on how fast it does.
const patience = 90 * time.Second

// world is a real control plane, a fake EC2 and the stand-in between them.
type world struct {
	t     *testing.T
	plane *cluster.Cluster
	admin *kubernetes.Clientset
	ec2   *fakeEC2
	said  *journal
}

// TestRun plays machines against the real API server, scheduler and controllers, which decide what a node may do.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: needs the real control plane")
	}
	plane, err := cluster.Start(t.Context(), cluster.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = plane.Stop() })
	admin, err := adminClient(plane.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, plane: plane, admin: admin, ec2: newFakeEC2(2), said: &journal{}}
	stop := w.run()
	node := t.Run("a node joins as its user data says", w.joins)
	t.Run("what a node may not do, or not here, never joins", w.neverJoins)
	if !node {
		return
	}
	t.Run("pods run, finish and stop", w.podsRun)
	t.Run("Bottlerocket, with devices", w.devices)
	t.Run("a name that is taken", w.nameTaken)
	stop()
	stop = w.run()
	defer stop()
	t.Run("a later run takes the nodes over", w.takenOver)
	t.Run("stopped and started again", w.stoppedAndStarted)
	t.Run("terminated", w.terminated)
}

// run starts the stand-in; the function that it returns ends it.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{
			EC2: w.ec2, Types: shapes, Cluster: "orchard", Server: w.plane.Server,
			CACert: w.plane.CACert, CAKey: w.plane.CAKey, AdminKubeconfig: w.plane.Kubeconfig,
			Poll: 20 * time.Millisecond, BootDelay: time.Millisecond, ReadyDelay: time.Millisecond,
			DeviceDelay: time.Millisecond, StartDelay: time.Millisecond, StopDelay: time.Millisecond,
			CloudPeriod: 20 * time.Millisecond, CloudDeletesReady: true,
			Log: slog.New(slog.NewTextHandler(w.said, nil)),
		})
	}()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("Run: %v", err)
		}
	})
}

func shapes(instanceType string) (Type, bool) {
	shape := Type{VCPU: 2, MemoryMiB: 8192, ENIs: 3, IPsPerENI: 10, Arch: "amd64"}
	if strings.HasPrefix(instanceType, "g5.") {
		shape.Devices = map[string]int64{"nvidia.com/gpu": 1}
	}
	return shape, instanceType != "x9.nano"
}

// userData is a NodeConfig for this cluster.
func (w *world) userData(labels string) string {
	return fmt.Sprintf(`apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster: {name: orchard, apiServerEndpoint: "%s", certificateAuthority: %s, cidr: 10.0.0.0/16}
  kubelet:
    config: {registerWithTaints: [{key: karpenter.sh/unregistered, effect: NoExecute}]}
    flags: ["--node-labels=%s"]
`, w.plane.Server, base64.StdEncoding.EncodeToString(w.plane.CAData), labels)
}

func (w *world) joins(t *testing.T) {
	instance := w.ec2.launch(1, "m5.large", w.userData("karpenter.sh/nodepool=general,pool=a"))
	node := w.awaitNode(t, *instance.PrivateDnsName, func(node *corev1.Node) bool {
		return isReady(node) && node.Labels[corev1.LabelTopologyZone] != "" && len(node.Spec.Taints) == 1
	})
	wantLabels := map[string]string{
		"karpenter.sh/nodepool": "general", "pool": "a",
		"kubernetes.io/hostname": node.Name,
		"kubernetes.io/arch":     "amd64", "beta.kubernetes.io/arch": "amd64",
		"kubernetes.io/os": "linux", "beta.kubernetes.io/os": "linux",
		"node.kubernetes.io/instance-type": "m5.large", "beta.kubernetes.io/instance-type": "m5.large",
		"topology.kubernetes.io/zone": "us-west-2b", "failure-domain.beta.kubernetes.io/zone": "us-west-2b",
		"topology.kubernetes.io/region": "us-west-2", "failure-domain.beta.kubernetes.io/region": "us-west-2",
		"topology.k8s.aws/zone-id": "usw2-az2",
	}
	if diff := cmp.Diff(wantLabels, node.Labels); diff != "" {
		t.Errorf("labels (-want +got)\n%s", diff)
	}
	// Uninitialized and not-ready are gone by the cloud's and the control plane's hand; the pool's own taint is not.
	if taint := node.Spec.Taints[0]; taint.Key != "karpenter.sh/unregistered" || taint.Effect != corev1.TaintEffectNoExecute {
		t.Errorf("taint left is %v", taint)
	}
	if want := "aws:///us-west-2b/" + *instance.InstanceId; node.Spec.ProviderID != want {
		t.Errorf("provider id is %s, want %s", node.Spec.ProviderID, want)
	}
	if pods := node.Status.Allocatable[corev1.ResourcePods]; pods.Value() != 29 {
		t.Errorf("allocatable pods: %s", pods.String())
	}
	await(t, "its lease", func() bool {
		lease, err := w.admin.CoordinationV1().Leases(corev1.NamespaceNodeLease).Get(t.Context(), node.Name, metav1.GetOptions{})
		return err == nil && len(lease.OwnerReferences) == 1 && lease.OwnerReferences[0].UID == node.UID
	})
}

func (w *world) neverJoins(t *testing.T) {
	good := w.userData("pool=b")
	for i, c := range []struct{ name, instanceType, userData, says string }{
		{"label that NodeRestriction keeps from kubelets", "m5.large", w.userData("node-restriction.kubernetes.io/team=a"), "node-restriction.kubernetes.io/team"},
		{"unknown label of kubernetes.io", "m5.large", w.userData("kubernetes.io/flavour=a"), "kubernetes.io/flavour"},
		{"another cluster", "m5.large", strings.Replace(good, "name: orchard", "name: meadow", 1), `names cluster \"meadow\"`},
		{"another server", "m5.large", strings.Replace(good, "https://127", "https://128", 1), "names API server"},
		{"another authority", "m5.large", w.foreignAuthority(good), "certificate"},
		{"no user data", "m5.large", "", "user data: empty"},
		{"unknown type", "x9.nano", good, "unknown instance type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			instance := w.ec2.launch(20+i, c.instanceType, c.userData)
			await(t, "word of it", func() bool { return w.said.has(*instance.InstanceId, c.says) })
			_, err := w.admin.CoreV1().Nodes().Get(t.Context(), *instance.PrivateDnsName, metav1.GetOptions{})
			if !apierrors.IsNotFound(err) {
				t.Errorf("it has a Node: %v", err)
			}
			w.ec2.set(instance, types.InstanceStateNameTerminated)
		})
	}
}

// foreignAuthority makes the node trust a certificate that signed no server.
func (w *world) foreignAuthority(good string) string {
	signer, err := loadAuthority(w.plane.CACert, w.plane.CAKey)
	if err != nil {
		w.t.Fatal(err)
	}
	stranger, _, err := cluster.SignNode(signer.cert, signer.key, "stranger", time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	own := base64.StdEncoding.EncodeToString(w.plane.CAData)
	return strings.Replace(good, own, base64.StdEncoding.EncodeToString(stranger), 1)
}

func (w *world) podsRun(t *testing.T) {
	w.clearTaints(t, "ip-10-0-0-1.us-west-2.compute.internal")
	pod := w.create(t, "server", func(pod *corev1.Pod) {
		always := corev1.ContainerRestartPolicyAlways
		pod.Spec.InitContainers = []corev1.Container{
			{Name: "prepare", Image: "example.com/prepare"},
			{Name: "sidecar", Image: "example.com/sidecar", RestartPolicy: &always},
		}
	})
	ran := w.awaitPod(t, pod.Name, func(pod *corev1.Pod) bool { return podReady(pod) })
	if ran.Status.PodIP == "" || len(ran.Status.ContainerStatuses) != 1 || len(ran.Status.InitContainerStatuses) != 2 {
		t.Errorf("status is %+v", ran.Status)
	}
	if err := w.admin.CoreV1().Pods("default").Delete(t.Context(), pod.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	await(t, "the deleted pod to go", func() bool {
		_, err := w.admin.CoreV1().Pods("default").Get(t.Context(), pod.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "work"},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{RunFor: "10ms"}},
			Spec: corev1.PodSpec{
				RestartPolicy: corev1.RestartPolicyNever,
				Containers:    []corev1.Container{{Name: "main", Image: "example.com/work"}},
			},
		}},
	}
	if _, err := w.admin.BatchV1().Jobs("default").Create(t.Context(), job, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	await(t, "the Job to complete", func() bool {
		job, err := w.admin.BatchV1().Jobs("default").Get(t.Context(), "work", metav1.GetOptions{})
		return err == nil && job.Status.Succeeded == 1
	})
}

func (w *world) devices(t *testing.T) {
	instance := w.ec2.launch(2, "g5.xlarge", fmt.Sprintf(`[settings.kubernetes]
api-server = '%s'
cluster-certificate = '%s'
cluster-name = 'orchard'
hostname-override-source = 'instance-id'
node-labels = {pool = 'gpu'}
`, w.plane.Server, base64.StdEncoding.EncodeToString(w.plane.CAData)))
	w.ec2.mu.Lock()
	w.ec2.volumes[*instance.InstanceId] = []types.Volume{
		{Size: aws.Int32(4), Attachments: []types.VolumeAttachment{{Device: aws.String("/dev/xvda")}}},
		{Size: aws.Int32(100), Attachments: []types.VolumeAttachment{{Device: aws.String("/dev/xvdb")}}},
	}
	w.ec2.mu.Unlock()
	pod := w.create(t, "training", func(pod *corev1.Pod) {
		pod.Spec.NodeSelector = map[string]string{"pool": "gpu"}
		pod.Spec.Containers[0].Resources.Limits = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse("1")}
	})
	w.awaitPod(t, pod.Name, podReady)
	node := w.awaitNode(t, *instance.InstanceId, isReady)
	if disk := node.Status.Capacity[corev1.ResourceEphemeralStorage]; disk.Cmp(resource.MustParse("100Gi")) != 0 {
		t.Errorf("ephemeral storage is %s: not the data volume's", disk.String())
	}
}

// nameTaken: an address that EC2 gives out again may still have the former instance's Node.
func (w *world) nameTaken(t *testing.T) {
	former := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "ip-10-0-0-60.us-west-2.compute.internal"},
		Spec:       corev1.NodeSpec{ProviderID: "other://former"},
	}
	if _, err := w.admin.CoreV1().Nodes().Create(t.Context(), former, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	instance := w.ec2.launch(60, "m5.large", w.userData("pool=c"))
	await(t, "word of it", func() bool { return w.said.has(*instance.InstanceId, "other://former") })
	if err := w.admin.CoreV1().Nodes().Delete(t.Context(), former.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	w.awaitNode(t, former.Name, func(node *corev1.Node) bool {
		return node.Spec.ProviderID == "aws:///us-west-2b/"+*instance.InstanceId && isReady(node)
	})
}

func (w *world) takenOver(t *testing.T) {
	pod := w.create(t, "second", func(pod *corev1.Pod) { pod.Spec.NodeSelector = map[string]string{"pool": "a"} })
	w.awaitPod(t, pod.Name, podReady)
}

func (w *world) stoppedAndStarted(t *testing.T) {
	const name = "ip-10-0-0-1.us-west-2.compute.internal"
	instance := types.Instance{InstanceId: aws.String(fmt.Sprintf("i-%017x", 1))}
	w.ec2.set(instance, types.InstanceStateNameStopped)
	w.awaitNode(t, name, func(node *corev1.Node) bool { return hasTaint(node, shutdown) })
	// Nobody runs its pods now; the machine that comes back has to find the one that was deleted meanwhile.
	if err := w.admin.CoreV1().Pods("default").Delete(t.Context(), "second", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	w.ec2.set(instance, types.InstanceStateNameRunning)
	w.awaitNode(t, name, func(node *corev1.Node) bool { return isReady(node) && !hasTaint(node, shutdown) })
	await(t, "the deleted pod to go", func() bool {
		_, err := w.admin.CoreV1().Pods("default").Get(t.Context(), "second", metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
}

func (w *world) terminated(t *testing.T) {
	const name = "ip-10-0-0-1.us-west-2.compute.internal"
	w.ec2.set(types.Instance{InstanceId: aws.String(fmt.Sprintf("i-%017x", 1))}, types.InstanceStateNameTerminated)
	await(t, "the Node to go", func() bool {
		_, err := w.admin.CoreV1().Nodes().Get(t.Context(), name, metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
	w.awaitNode(t, fmt.Sprintf("i-%017x", 2), isReady) // the other one stays
}

// clearTaints is the part of Slipway's register.
func (w *world) clearTaints(t *testing.T, name string) {
	t.Helper()
	patch := []byte(`{"spec":{"taints":null}}`)
	if _, err := w.admin.CoreV1().Nodes().Patch(t.Context(), name, "application/merge-patch+json", patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) create(t *testing.T, name string, change func(*corev1.Pod)) *corev1.Pod {
	t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example.com/main"}}},
	}
	change(pod)
	var created *corev1.Pod
	await(t, "the pod to be admitted", func() (ok bool) { // the default service account comes a little after the start
		var err error
		created, err = w.admin.CoreV1().Pods("default").Create(t.Context(), pod, metav1.CreateOptions{})
		return err == nil
	})
	return created
}

func (w *world) awaitNode(t *testing.T, name string, good func(*corev1.Node) bool) (node *corev1.Node) {
	t.Helper()
	await(t, "node "+name, func() bool {
		var err error
		node, err = w.admin.CoreV1().Nodes().Get(t.Context(), name, metav1.GetOptions{})
		return err == nil && good(node)
	})
	return node
}

func (w *world) awaitPod(t *testing.T, name string, good func(*corev1.Pod) bool) (pod *corev1.Pod) {
	t.Helper()
	await(t, "pod "+name, func() bool {
		var err error
		pod, err = w.admin.CoreV1().Pods("default").Get(t.Context(), name, metav1.GetOptions{})
		return err == nil && good(pod)
	})
	return pod
}

func podReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// await asks again until the condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// journal keeps what the stand-in logs.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, string(line))
	return len(line), nil
}

// has reports whether a line says all of it.
func (j *journal) has(parts ...string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range j.lines {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(line, part)
		}
		if all {
			return true
		}
	}
	return false
}
