package kube

import (
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
)

// requestsOf is what the scheduler charges a node for a pod.
//
// The containers run together with the sidecars (init containers that are restarted), so they are summed. Init
// containers run one after another before them, each beside the sidecars that were started earlier, so their peak
// counts if it is more. Requests of the pod as a whole stand in place of that sum; overhead comes on top; every pod
// is one pod. While a resize is under way, a container counts as the most of what is asked for, granted and in use.
func requestsOf(pod *corev1.Pod) model.Resources {
	resize := resizeOf(pod)
	var sum, sidecars, peak model.Resources
	for i := range pod.Spec.Containers {
		sum = sum.Plus(resize.requests(&pod.Spec.Containers[i]))
	}
	for i := range pod.Spec.InitContainers {
		container := &pod.Spec.InitContainers[i]
		if !sidecar(container) {
			peak = peak.Max(sidecars.Plus(resourcesOf(container.Resources.Requests)))
			continue
		}
		requests := resize.requests(container)
		sum, sidecars = sum.Plus(requests), sidecars.Plus(requests)
	}
	total := resize.podLevel(pod, sum.Max(peak)).Plus(resourcesOf(pod.Spec.Overhead))
	total.Pods = 1
	return total
}

func sidecar(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// resize is what a pod's status says about resources changed in place.
type resize struct {
	containers map[string]*corev1.ContainerStatus // those that report resources
	infeasible bool                               // what is asked for can't be granted: it does not count
}

func resizeOf(pod *corev1.Pod) resize {
	var r resize
	for _, statuses := range [][]corev1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for i := range statuses {
			if statuses[i].Resources == nil {
				continue
			}
			if r.containers == nil {
				r.containers = map[string]*corev1.ContainerStatus{}
			}
			r.containers[statuses[i].Name] = &statuses[i]
		}
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodResizePending && c.Reason == corev1.PodReasonInfeasible {
			r.infeasible = true
		}
	}
	return r
}

func (r resize) requests(c *corev1.Container) model.Resources {
	status := r.containers[c.Name]
	if status == nil {
		return resourcesOf(c.Resources.Requests)
	}
	return r.effective(c.Resources.Requests, status.Resources.Requests, status.AllocatedResources)
}

func (r resize) effective(asked, inUse, granted corev1.ResourceList) model.Resources {
	held := resourcesOf(inUse).Max(resourcesOf(granted))
	if r.infeasible {
		return held
	}
	return held.Max(resourcesOf(asked))
}

// podLevel puts the requests of the pod as a whole, where it makes any, in place of the containers'.
func (r resize) podLevel(pod *corev1.Pod, containers model.Resources) model.Resources {
	if pod.Spec.Resources == nil {
		return containers
	}
	asked := pod.Spec.Resources.Requests
	amounts := resourcesOf(asked)
	if pod.Status.Resources != nil {
		amounts = r.effective(asked, pod.Status.Resources.Requests, pod.Status.AllocatedResources)
	}
	for name := range asked {
		if name := string(name); name == model.CPU || name == model.Memory || strings.HasPrefix(name, "hugepages-") {
			containers = containers.With(name, amounts.Get(name))
		}
	}
	return containers
}
