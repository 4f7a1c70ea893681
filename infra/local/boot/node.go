package boot

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// uninitialized keeps pods away until the cloud controller has seen the node; every kubelet with an external cloud
// provider registers with it.
var uninitialized = corev1.Taint{
	Key: "node.cloudprovider.kubernetes.io/uninitialized", Value: "true", Effect: corev1.TaintEffectNoSchedule,
}

// nodeName is what the Node of an instance is called.
func nodeName(instance types.Instance, config NodeConfig) string {
	switch {
	case config.Hostname != "":
		return config.Hostname
	case config.InstanceIDName:
		return aws.ToString(instance.InstanceId)
	default:
		return aws.ToString(instance.PrivateDnsName)
	}
}

func providerID(instance types.Instance) string {
	return "aws:///" + zone(instance) + "/" + aws.ToString(instance.InstanceId)
}

func zone(instance types.Instance) string {
	if instance.Placement == nil {
		return ""
	}
	return aws.ToString(instance.Placement.AvailabilityZone)
}

var regionOfZone = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d+`)

// registration is the Node that a kubelet creates: not Ready, with the capacity that it found, the labels and taints
// that its flags say and the few that it sets by itself. Zone, region and type are not its business.
func registration(instance types.Instance, config NodeConfig, status corev1.NodeStatus) *corev1.Node {
	name := nodeName(instance, config)
	arch := status.NodeInfo.Architecture
	labels := map[string]string{
		corev1.LabelHostname:      name,
		corev1.LabelArchStable:    arch,
		corev1.LabelOSStable:      "linux",
		"beta.kubernetes.io/arch": arch,
		"beta.kubernetes.io/os":   "linux",
	}
	for key, value := range config.Labels {
		labels[key] = value
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:   name,
			Labels: labels,
			Annotations: map[string]string{
				"alpha.kubernetes.io/provided-node-ip":                   aws.ToString(instance.PrivateIpAddress),
				"volumes.kubernetes.io/controller-managed-attach-detach": "true",
			},
		},
		Spec: corev1.NodeSpec{
			ProviderID: providerID(instance),
			Taints:     append([]corev1.Taint{uninitialized}, config.Taints...),
		},
		Status: status,
	}
}

// nodeInfo tells what runs on the node. Image versions are not modelled: the kubelet has the API server's version.
func nodeInfo(instance types.Instance, config NodeConfig, arch, version string) corev1.NodeSystemInfo {
	images := map[Family]string{AL2023: "Amazon Linux 2023", Bottlerocket: "Bottlerocket OS"}
	id := aws.ToString(instance.InstanceId)
	return corev1.NodeSystemInfo{
		MachineID: id, SystemUUID: id, BootID: id,
		Architecture:            arch,
		OperatingSystem:         "linux",
		OSImage:                 images[config.Family],
		KernelVersion:           "6.12.0-slipway",
		ContainerRuntimeVersion: "containerd://2.1.0-slipway",
		KubeletVersion:          version,
	}
}

// conditions of a node: under no pressure, Ready or not.
func conditions(ready bool, now metav1.Time) []corev1.NodeCondition {
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{
			Type: kind, Status: status, Reason: reason, Message: message, LastHeartbeatTime: now, LastTransitionTime: now,
		}
	}
	list := []corev1.NodeCondition{
		condition(corev1.NodeMemoryPressure, corev1.ConditionFalse, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
		condition(corev1.NodeDiskPressure, corev1.ConditionFalse, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
		condition(corev1.NodePIDPressure, corev1.ConditionFalse, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
	}
	if ready {
		return append(list, condition(corev1.NodeReady, corev1.ConditionTrue, "KubeletReady", "kubelet is posting ready status"))
	}
	return append(list, condition(corev1.NodeReady, corev1.ConditionFalse, "KubeletNotReady", "container runtime network not ready: cni plugin not initialized"))
}
