package kube

import (
	"unique"

	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const unfinished = "status.phase!=Succeeded,status.phase!=Failed"

func pendingPods() resource[corev1.Pod, model.Pod] {
	return resource[corev1.Pod, model.Pod]{
		plural: "pending pods",
		path:   "/api/v1/pods",
		fields: "spec.nodeName=," + unfinished,
		items:  podItems,
		meta:   podMeta,
		value:  podOf,
		drop:   model.Pod.Finished,
	}
}

func boundPods() resource[corev1.Pod, model.Pod] {
	r := pendingPods()
	r.plural, r.fields, r.value = "bound pods", "spec.nodeName!=,"+unfinished, boundPodOf
	return r
}

func podItems(mediaType string, body []byte) ([]corev1.Pod, metav1.ListMeta, error) {
	var l corev1.PodList
	err := decode(mediaType, body, &l)
	return l.Items, l.ListMeta, err
}

func podMeta(p *corev1.Pod) (key, resourceVersion string) {
	return p.Namespace + "/" + p.Name, p.ResourceVersion
}

// podOf reads what deciding about nodes needs to know of a pod.
func podOf(pod *corev1.Pod) model.Pod {
	p := boundPodOf(pod)
	p.Labels = pod.Labels
	p.NominatedNode = pod.Status.NominatedNodeName
	p.Unschedulable = unschedulable(pod)
	p.Gated = len(pod.Spec.SchedulingGates) > 0
	p.ResourceClaims = len(pod.Spec.ResourceClaims) > 0
	if pod.Spec.Priority != nil {
		p.Priority = *pod.Spec.Priority
	}
	p.NodeSelector = pod.Spec.NodeSelector
	p.NodeAffinity, p.Invalid = nodeAffinityOf(pod.Spec.Affinity)
	p.Tolerations = tolerationsOf(pod.Spec.Tolerations)
	return p
}

// boundPodOf reads what a pod uses, where, and whose it is. Strings that many pods share are held once.
func boundPodOf(pod *corev1.Pod) model.Pod {
	return model.Pod{
		PodRef:    model.PodRef{Namespace: shared(pod.Namespace), Name: pod.Name, UID: string(pod.UID)},
		Owner:     ownerOf(pod.OwnerReferences),
		CreatedAt: pod.CreationTimestamp.UTC(),
		Requests:  requestsOf(pod),
		NodeName:  shared(pod.Spec.NodeName),
		Phase:     shared(string(pod.Status.Phase)),
		Deleting:  pod.DeletionTimestamp != nil,
	}
}

func shared(s string) string { return unique.Make(s).Value() }

func ownerOf(references []metav1.OwnerReference) model.Owner {
	for _, r := range references {
		if r.Controller != nil && *r.Controller {
			return model.Owner{Kind: shared(r.Kind), Name: shared(r.Name), UID: shared(string(r.UID))}
		}
	}
	return model.Owner{}
}

func unschedulable(pod *corev1.Pod) bool {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled {
			return c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable
		}
	}
	return false
}
