package main

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	nodeType = "m5.2xlarge"
	nodeZone = emulator.Region + "a"
)

func nodeName(i int) string { return fmt.Sprintf("ip-10-1-%d-%d.ec2.internal", i/250, i%250) }

func labelsFixture(name string) map[string]string {
	return map[string]string{
		model.LabelNodePool: crd.PoolGeneral, model.LabelNodeClass: crd.ClassDefault, model.LabelCapacityType: model.OnDemand,
		model.LabelInstanceType: nodeType, model.LabelZone: nodeZone, model.LabelRegion: emulator.Region,
		model.LabelArch: "amd64", model.LabelOS: "linux", model.LabelHostname: name,
		"karpenter.k8s.aws/instance-category": "m", "karpenter.k8s.aws/instance-family": "m5",
		"karpenter.k8s.aws/instance-cpu": "8", "karpenter.k8s.aws/instance-memory": "32768",
	}
}

func claimFixture(i int) *karpenter.NodeClaim {
	claim := &karpenter.NodeClaim{
		TypeMeta: metav1.TypeMeta{APIVersion: "karpenter.sh/v1", Kind: "NodeClaim"},
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%05d", crd.PoolGeneral, i), Labels: labelsFixture(nodeName(i)),
			Finalizers: []string{model.FinalizerTermination},
		},
		Spec: karpenter.NodeClaimSpec{
			NodeClassRef: &karpenter.NodeClassReference{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: crd.ClassDefault},
			Requirements: []karpenter.NodeSelectorRequirementWithMinValues{
				{Key: model.LabelInstanceType, Operator: corev1.NodeSelectorOpIn, Values: []string{nodeType, "m5a.2xlarge", "m6i.2xlarge", "m6a.2xlarge"}},
				{Key: model.LabelZone, Operator: corev1.NodeSelectorOpIn, Values: []string{nodeZone}},
				{Key: model.LabelCapacityType, Operator: corev1.NodeSelectorOpIn, Values: []string{model.OnDemand}},
			},
		},
	}
	claim.Spec.Resources.Requests = amounts("7500m", "30Gi")
	claim.Status.NodeName = nodeName(i)
	claim.Status.ProviderID = fmt.Sprintf("aws:///%s/i-%017x", nodeZone, i+1)
	claim.Status.Capacity, claim.Status.Allocatable = sizes()
	for _, condition := range []string{karpenter.ConditionTypeLaunched, karpenter.ConditionTypeRegistered, karpenter.ConditionTypeInitialized} {
		claim.StatusConditions().SetTrue(condition)
	}
	return claim
}

// sizes of a node, all of which its 20 pods take.
func sizes() (capacity, allocatable corev1.ResourceList) {
	capacity, allocatable = amounts("8", "32Gi"), amounts("7910m", "30Gi")
	pods := amounts("58", "0")[corev1.ResourceCPU]
	capacity[corev1.ResourcePods], allocatable[corev1.ResourcePods] = pods, pods
	return capacity, allocatable
}

func nodeFixture(i int, claim *karpenter.NodeClaim) *corev1.Node {
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: nodeName(i), Labels: labelsFixture(nodeName(i)), Finalizers: []string{model.FinalizerTermination},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "karpenter.sh/v1", Kind: "NodeClaim", Name: claim.Name, UID: claim.UID}},
		},
		Spec: corev1.NodeSpec{ProviderID: claim.Status.ProviderID},
	}
	node.Labels[model.LabelRegistered], node.Labels[model.LabelInitialized] = "true", "true"
	node.Status.Capacity, node.Status.Allocatable = sizes()
	node.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady"}}
	// A kubelet reports 50 images.
	for k := range 50 {
		name := fmt.Sprintf("registry.example.com/team-%d/application-%d", k%7, k)
		digest := "@sha256:" + strings.Repeat(fmt.Sprintf("%02x", k), 32)
		node.Status.Images = append(node.Status.Images, corev1.ContainerImage{Names: []string{name + digest, name + ":v1.2.3"}, SizeBytes: 1 << 28})
	}
	return node
}

// podFixture is a web server with a sidecar, as deployments write them. It tolerates its node's silence.
func podFixture(i, node int) *corev1.Pod {
	app := fmt.Sprintf("app-%d", i%400)
	env := func(n int) (all []corev1.EnvVar) {
		for k := range n {
			all = append(all, corev1.EnvVar{Name: fmt.Sprintf("SETTING_%d", k), Value: fmt.Sprintf("https://service-%d.example.com/path", k)})
		}
		return all
	}
	container := func(name, cpu, memory string) corev1.Container {
		return corev1.Container{
			Name: name, Image: "registry.example.com/" + app + "/" + name + ":v1.2.3", Env: env(12),
			Resources: corev1.ResourceRequirements{Requests: amounts(cpu, memory), Limits: amounts("2", "2Gi")},
			ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{
				Command: []string{"/bin/ready", "--within=5s"},
			}}},
			VolumeMounts: []corev1.VolumeMount{{Name: "work", MountPath: "/work"}},
		}
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-7d4b9c6f5-%05d", app, i),
			Labels: map[string]string{
				"app.kubernetes.io/name": app, "app.kubernetes.io/instance": app, "app.kubernetes.io/version": "v1.2.3",
				"app.kubernetes.io/managed-by": "Helm", "team": fmt.Sprintf("team-%d", i%7), "pod-template-hash": "7d4b9c6f5",
			},
			// As long as what injectors and service meshes leave on a pod.
			Annotations: map[string]string{"example.com/injected": strings.Repeat("configuration ", 100)},
		},
		Spec: corev1.PodSpec{
			NodeName:    nodeName(node),
			Containers:  []corev1.Container{container("web", "300m", "1Gi"), container("proxy", "95m", "256Mi")},
			Volumes:     []corev1.Volume{{Name: "work", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
		},
	}
}
