package boot

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// perform does a deed with the node's own identity.
func (k *kubelet) perform(ctx context.Context, pod *corev1.Pod, d deed) error {
	now := metav1.Now()
	switch d {
	case start:
		return k.reportPod(ctx, pod, running(pod, k.hostIP(), now))
	case finish:
		return k.reportPod(ctx, pod, over(pod, false, now))
	case kill:
		if err := k.reportPod(ctx, pod, over(pod, true, now)); err != nil {
			return err
		}
		return k.removePod(ctx, pod)
	case remove:
		return k.removePod(ctx, pod)
	default:
		return nil
	}
}

func (k *kubelet) reportPod(ctx context.Context, pod *corev1.Pod, status corev1.PodStatus) error {
	patch, err := statusPatch(pod, status)
	if err != nil {
		return err
	}
	_, err = k.core.Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	if err != nil {
		return fmt.Errorf("status of pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	return nil
}

// removePod is the kubelet's last word: deletion without grace, of that very pod.
func (k *kubelet) removePod(ctx context.Context, pod *corev1.Pod) error {
	options := metav1.NewDeleteOptions(0)
	options.Preconditions = metav1.NewUIDPreconditions(string(pod.UID))
	if err := k.core.Pods(pod.Namespace).Delete(ctx, pod.Name, *options); err != nil {
		return fmt.Errorf("remove pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	return nil
}

func (k *kubelet) hostIP() string {
	for _, address := range k.node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			return address.Address
		}
	}
	return ""
}
