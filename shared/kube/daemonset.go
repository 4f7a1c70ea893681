package kube

import (
	"github.com/slipway-dev/slipway/shared/model"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func daemonSets() resource[appsv1.DaemonSet, model.DaemonSet] {
	return resource[appsv1.DaemonSet, model.DaemonSet]{
		plural: "daemonsets",
		path:   "/apis/apps/v1/daemonsets",
		items: func(mediaType string, body []byte) ([]appsv1.DaemonSet, metav1.ListMeta, error) {
			var l appsv1.DaemonSetList
			err := decode(mediaType, body, &l)
			return l.Items, l.ListMeta, err
		},
		meta: func(d *appsv1.DaemonSet) (string, string) {
			return d.Namespace + "/" + d.Name, d.ResourceVersion
		},
		value: daemonSetOf,
	}
}

// daemonSetOf reads a daemonset as the pod that its controller would make.
func daemonSetOf(d *appsv1.DaemonSet) model.DaemonSet {
	pod := corev1.Pod{ObjectMeta: d.Spec.Template.ObjectMeta, Spec: d.Spec.Template.Spec}
	template := podOf(&pod)
	template.PodRef = model.PodRef{Namespace: d.Namespace, Name: d.Name}
	template.Owner = model.Owner{Kind: "DaemonSet", Name: d.Name, UID: string(d.UID)}
	template.Tolerations = append(template.Tolerations, daemonTolerations(d.Spec.Template.Spec.HostNetwork)...)
	return model.DaemonSet{Namespace: d.Namespace, Name: d.Name, UID: string(d.UID), Template: template}
}

// daemonTolerations are those that the daemonset controller adds to every pod that it makes, so that daemons run on
// nodes in trouble.
func daemonTolerations(hostNetwork bool) []model.Toleration {
	keys := []struct{ key, effect string }{
		{corev1.TaintNodeNotReady, model.NoExecute},
		{corev1.TaintNodeUnreachable, model.NoExecute},
		{corev1.TaintNodeDiskPressure, model.NoSchedule},
		{corev1.TaintNodeMemoryPressure, model.NoSchedule},
		{corev1.TaintNodePIDPressure, model.NoSchedule},
		{corev1.TaintNodeUnschedulable, model.NoSchedule},
	}
	if hostNetwork {
		keys = append(keys, struct{ key, effect string }{corev1.TaintNodeNetworkUnavailable, model.NoSchedule})
	}
	var out []model.Toleration
	for _, k := range keys {
		out = append(out, model.Toleration{Key: k.key, Operator: string(model.Exists), Effect: k.effect})
	}
	return out
}
