package boot

import (
	"encoding/json"
	"fmt"
	"hash/fnv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// running is the status of a pod whose containers all run; its init containers have done their work.
func running(pod *corev1.Pod, hostIP string, now metav1.Time) corev1.PodStatus {
	ip := hostIP
	if !pod.Spec.HostNetwork {
		ip = podIP(pod.UID)
	}
	status := corev1.PodStatus{
		ObservedGeneration: pod.Generation,
		Phase:              corev1.PodRunning,
		Conditions:         podConditions(pod, corev1.ConditionTrue, "", now),
		HostIP:             hostIP,
		HostIPs:            []corev1.HostIP{{IP: hostIP}},
		PodIP:              ip,
		PodIPs:             []corev1.PodIP{{IP: ip}},
		StartTime:          &now,
	}
	for _, container := range pod.Spec.InitContainers {
		state := exited(0, now)
		if container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			state = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
		}
		status.InitContainerStatuses = append(status.InitContainerStatuses, containerStatus(pod, container, state))
	}
	for _, container := range pod.Spec.Containers {
		state := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
		status.ContainerStatuses = append(status.ContainerStatuses, containerStatus(pod, container, state))
	}
	return status
}

// over is the status of a pod whose containers have exited: with 0 after their work, or with 143 after SIGTERM. A pod
// that is killed counts as failed, so that a Job whose pod is evicted runs it again.
func over(pod *corev1.Pod, killed bool, now metav1.Time) corev1.PodStatus {
	phase, reason, code := corev1.PodSucceeded, "PodCompleted", int32(0)
	if killed {
		phase, reason, code = corev1.PodFailed, "PodFailed", 143
	}
	status := corev1.PodStatus{
		ObservedGeneration: pod.Generation,
		Phase:              phase,
		Conditions:         podConditions(pod, corev1.ConditionFalse, reason, now),
	}
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, containerStatus(pod, container, exited(code, now)))
	}
	return status
}

func exited(code int32, now metav1.Time) corev1.ContainerState {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason, StartedAt: now, FinishedAt: now}}
}

func containerStatus(pod *corev1.Pod, container corev1.Container, state corev1.ContainerState) corev1.ContainerStatus {
	up := state.Running != nil
	return corev1.ContainerStatus{
		Name:        container.Name,
		Image:       container.Image,
		ImageID:     container.Image,
		ContainerID: fmt.Sprintf("containerd://%s/%s", pod.UID, container.Name),
		State:       state,
		Ready:       up || (state.Terminated != nil && state.Terminated.ExitCode == 0),
		Started:     &up,
	}
}

// podConditions leaves PodScheduled to the scheduler: a patch merges conditions by their type.
func podConditions(pod *corev1.Pod, ready corev1.ConditionStatus, reason string, now metav1.Time) []corev1.PodCondition {
	var list []corev1.PodCondition
	for _, c := range []struct {
		kind   corev1.PodConditionType
		status corev1.ConditionStatus
		reason string
	}{
		{corev1.PodReadyToStartContainers, ready, ""},
		{corev1.PodInitialized, corev1.ConditionTrue, ""},
		{corev1.ContainersReady, ready, reason},
		{corev1.PodReady, ready, reason},
	} {
		list = append(list, corev1.PodCondition{
			Type: c.kind, Status: c.status, Reason: c.reason, LastTransitionTime: now, ObservedGeneration: pod.Generation,
		})
	}
	return list
}

// podIP is an address of the shared space 100.64.0.0/10, derived from the pod, so that no state is needed. Nothing
// routes there; that two pods may share one does no harm.
func podIP(uid types.UID) string {
	hash := fnv.New32a()
	hash.Write([]byte(uid))
	sum := hash.Sum32()
	return fmt.Sprintf("100.%d.%d.%d", 64+sum>>16&63, sum>>8&255, sum&255)
}

// statusPatch is a strategic merge patch of that very pod: another one of the same name answers Conflict.
func statusPatch(pod *corev1.Pod, status corev1.PodStatus) ([]byte, error) {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pod.UID}, "status": status})
	if err != nil {
		return nil, fmt.Errorf("status of pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	return patch, nil
}
