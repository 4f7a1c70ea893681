package kube

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	oracle "k8s.io/component-helpers/resource"

	"github.com/slipway-dev/slipway/shared/model"
)

func amounts(pairs ...string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for i := 0; i < len(pairs); i += 2 {
		list[corev1.ResourceName(pairs[i])] = apiresource.MustParse(pairs[i+1])
	}
	return list
}

func container(name string, pairs ...string) corev1.Container {
	return corev1.Container{Name: name, Resources: corev1.ResourceRequirements{Requests: amounts(pairs...)}}
}

func restarted(c corev1.Container) corev1.Container {
	always := corev1.ContainerRestartPolicyAlways
	c.RestartPolicy = &always
	return c
}

func TestRequests(t *testing.T) {
	type list = []corev1.Container
	resizing := func(conditions ...corev1.PodCondition) *corev1.Pod {
		return &corev1.Pod{
			Spec: corev1.PodSpec{Containers: list{container("app", "cpu", "2")}},
			Status: corev1.PodStatus{Conditions: conditions, ContainerStatuses: []corev1.ContainerStatus{{
				Name:               "app",
				AllocatedResources: amounts("cpu", "1"),
				Resources:          &corev1.ResourceRequirements{Requests: amounts("cpu", "1500m")},
			}}},
		}
	}
	tests := []struct {
		name string
		pod  *corev1.Pod
		want model.Resources
	}{
		{"nothing asked for", &corev1.Pod{Spec: corev1.PodSpec{Containers: list{container("a")}}}, model.Resources{Pods: 1}},
		{"containers are summed", &corev1.Pod{Spec: corev1.PodSpec{
			Containers: list{container("a", "cpu", "100m", "memory", "1Gi"), container("b", "cpu", "1", "nvidia.com/gpu", "2")},
		}}, model.Resources{CPU: 1100, Memory: 1 << 30, Pods: 1, Extended: []model.Amount{{Name: "nvidia.com/gpu", Value: 2}}}},
		{"an init container's peak", &corev1.Pod{Spec: corev1.PodSpec{
			Containers:     list{container("a", "cpu", "1", "memory", "1Gi")},
			InitContainers: list{container("i", "cpu", "500m", "memory", "2Gi"), container("j", "cpu", "3")},
		}}, model.Resources{CPU: 3000, Memory: 2 << 30, Pods: 1}},
		{"a sidecar runs beside the containers", &corev1.Pod{Spec: corev1.PodSpec{
			Containers:     list{container("a", "cpu", "1")},
			InitContainers: list{restarted(container("s", "cpu", "200m"))},
		}}, model.Resources{CPU: 1200, Pods: 1}},
		{"an init container runs beside earlier sidecars only", &corev1.Pod{Spec: corev1.PodSpec{
			Containers:     list{container("a", "cpu", "100m")},
			InitContainers: list{restarted(container("s", "cpu", "1")), container("i", "cpu", "2"), restarted(container("u", "cpu", "4"))},
		}}, model.Resources{CPU: 5100, Pods: 1}},
		{"overhead", &corev1.Pod{Spec: corev1.PodSpec{
			Containers: list{container("a", "cpu", "1")}, Overhead: amounts("cpu", "250m", "memory", "120Mi"),
		}}, model.Resources{CPU: 1250, Memory: 120 << 20, Pods: 1}},
		{"requests of the pod", &corev1.Pod{Spec: corev1.PodSpec{
			Containers: list{container("a", "cpu", "1", "memory", "1Gi", "nvidia.com/gpu", "1")},
			Resources:  &corev1.ResourceRequirements{Requests: amounts("cpu", "5", "nvidia.com/gpu", "7")},
			Overhead:   amounts("cpu", "250m"),
		}}, model.Resources{CPU: 5250, Memory: 1 << 30, Pods: 1, Extended: []model.Amount{{Name: "nvidia.com/gpu", Value: 1}}}},
		{"a resize asked for", resizing(), model.Resources{CPU: 2000, Pods: 1}},
		{"a resize that can't be", resizing(corev1.PodCondition{Type: corev1.PodResizePending, Reason: corev1.PodReasonInfeasible}), model.Resources{CPU: 1500, Pods: 1}},
		{"fractions round up", &corev1.Pod{Spec: corev1.PodSpec{
			Containers: list{container("a", "cpu", "100u", "memory", "1500m")},
		}}, model.Resources{CPU: 1, Memory: 2, Pods: 1}},
		{"more than there can be", &corev1.Pod{Spec: corev1.PodSpec{
			Containers: list{container("a", "cpu", "9E", "memory", "7Ei"), container("b", "cpu", "9E", "memory", "7Ei")},
		}}, model.Resources{CPU: 2 * largest, Memory: 2 * largest, Pods: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, requestsOf(test.pod)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRequestsAsKubernetes compares with the code that the scheduler itself uses, on random pods.
func TestRequestsAsKubernetes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		pod := randomPod(random)
		want := resourcesOf(oracle.PodRequests(pod, oracle.PodResourcesOptions{
			UseStatusResources: true,
			InPlacePodLevelResourcesVerticalScalingEnabled: true,
		}))
		want.Pods = 1
		if diff := cmp.Diff(want, requestsOf(pod)); diff != "" {
			t.Fatalf("pod %d (-want +got):\n%s\n%+v\n%+v", i, diff, pod.Spec, pod.Status)
		}
	}
}

func randomPod(r *rand.Rand) *corev1.Pod {
	requests := func() corev1.ResourceList {
		list := corev1.ResourceList{}
		for _, name := range []corev1.ResourceName{"cpu", "memory", "ephemeral-storage", "nvidia.com/gpu", "hugepages-2Mi"} {
			if r.IntN(3) == 0 {
				list[name] = apiresource.MustParse(fmt.Sprint(r.IntN(9)))
			}
		}
		return list
	}
	pod := &corev1.Pod{}
	status := func(name string) corev1.ContainerStatus {
		s := corev1.ContainerStatus{Name: name, AllocatedResources: requests()}
		if r.IntN(3) > 0 {
			s.Resources = &corev1.ResourceRequirements{Requests: requests()}
		}
		return s
	}
	for i := range 1 + r.IntN(3) {
		c := container(fmt.Sprint("c", i))
		c.Resources.Requests = requests()
		pod.Spec.Containers = append(pod.Spec.Containers, c)
		if r.IntN(4) == 0 {
			pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, status(c.Name))
		}
	}
	for i := range r.IntN(4) {
		c := container(fmt.Sprint("i", i))
		c.Resources.Requests = requests()
		if r.IntN(2) == 0 {
			c = restarted(c)
		}
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
		if r.IntN(4) == 0 {
			pod.Status.InitContainerStatuses = append(pod.Status.InitContainerStatuses, status(c.Name))
		}
	}
	if r.IntN(3) == 0 {
		pod.Spec.Overhead = requests()
	}
	if r.IntN(3) == 0 {
		pod.Spec.Resources = &corev1.ResourceRequirements{Requests: requests()}
		if r.IntN(2) == 0 {
			pod.Status.Resources = &corev1.ResourceRequirements{Requests: requests()}
			pod.Status.AllocatedResources = requests()
		}
	}
	if r.IntN(4) == 0 {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodResizePending, Reason: corev1.PodReasonInfeasible}}
	}
	return pod
}
