package contract

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/slipway-dev/slipway/infra/local/boot"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/userdata"
)

// TestUserData holds what we write against how a node reads it: the boot stand-in follows nodeadm and Bottlerocket,
// and knows nothing of the writer. What a class says may not lead the node elsewhere.
func TestUserData(t *testing.T) {
	pods := int32(42)
	node := userdata.Node{
		Cluster: userdata.Cluster{Name: "prod", Endpoint: "https://api.example.com", CA: "Y2E=", ServiceCIDR: "10.100.0.0/16"},
		Labels: map[string]string{
			"team": "a", model.LabelNodePool: "general", "node-restriction.kubernetes.io/tier": "1",
		},
		Taints: []model.Taint{
			{Key: "dedicated", Value: "gpu", Effect: model.NoSchedule},
			{Key: model.TaintUnregistered, Effect: model.NoExecute},
		},
		Kubelet: model.KubeletSettings{
			MaxPods: &pods, KubeReserved: map[string]string{"cpu": "200m"}, EvictionHard: map[string]string{"memory.available": "5%"},
		},
		InstanceStore: true,
	}
	for name, test := range map[string]struct {
		write  func(userdata.Node) (string, error)
		custom string
		family boot.Family
		extra  map[string]string // labels of the class's own
	}{
		"AL2023":        {userdata.AL2023, "", boot.AL2023, nil},
		"AL2023 script": {userdata.AL2023, "#!/bin/sh\necho hi\n", boot.AL2023, nil},
		"AL2023 NodeConfig": {userdata.AL2023, `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster: {name: another, apiServerEndpoint: https://elsewhere}
  kubelet: {config: {maxPods: 7}}
`, boot.AL2023, nil},
		"Bottlerocket": {userdata.Bottlerocket, "", boot.Bottlerocket, nil},
		"Bottlerocket settings": {userdata.Bottlerocket, `[settings.kubernetes]
cluster-name = "another"
max-pods = 7
[settings.kubernetes.node-labels]
own = "1"
[settings.kubernetes.node-taints]
own = ["x:NoSchedule"]
`, boot.Bottlerocket, map[string]string{"own": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			node := node
			node.Custom = test.custom
			text, err := test.write(node)
			ok(t, err)
			got, err := boot.ParseUserData([]byte(text))
			ok(t, err)
			want := boot.NodeConfig{
				Family:  test.family,
				Cluster: boot.ClusterConfig{Name: "prod", Endpoint: "https://api.example.com", CA: []byte("ca")},
				Labels:  map[string]string{"team": "a", model.LabelNodePool: "general"},
				Taints: []corev1.Taint{
					{Key: "dedicated", Value: "gpu", Effect: corev1.TaintEffectNoSchedule},
					{Key: model.TaintUnregistered, Effect: corev1.TaintEffectNoExecute},
				},
				MaxPods: 42, KubeReserved: map[string]string{"cpu": "200m"}, EvictionHard: map[string]string{"memory.available": "5%"},
				StripedStorage: true,
			}
			for key, value := range test.extra {
				want.Labels[key] = value
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the node reads (-want +got):\n%s", diff)
			}
		})
	}
}
