package userdata_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/userdata"
)

// With -rewrite the golden files take what the code gives. Read the difference before you commit it.
var rewrite = flag.Bool("rewrite", false, "write testdata")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func node() userdata.Node {
	return userdata.Node{
		Cluster: userdata.Cluster{
			Name: "prod", Endpoint: "https://api.example.com", CA: "Y2E=", ServiceCIDR: "10.100.0.0/16",
		},
		Labels: map[string]string{
			"team": "a", model.LabelNodePool: "general", model.LabelNodeClass: "default",
			"node-restriction.kubernetes.io/tier": "1", "topology.k8s.aws/zone-id": "use1-az1",
			"node.kubernetes.io/kind": "x", "k8s.io/other": "y",
		},
		Taints: []model.Taint{
			{Key: "dedicated", Value: "gpu", Effect: model.NoSchedule},
			{Key: model.TaintUnregistered, Effect: model.NoExecute},
		},
	}
}

func tuned() userdata.Node {
	n := node()
	n.InstanceStore = true
	n.Kubelet = model.KubeletSettings{
		ClusterDNS: []string{"10.100.0.10"}, MaxPods: p(int32(42)), PodsPerCore: p(int32(4)),
		SystemReserved: map[string]string{"cpu": "100m"}, KubeReserved: map[string]string{"memory": "1Gi"},
		EvictionHard: map[string]string{"memory.available": "5%"}, EvictionSoft: map[string]string{"memory.available": "10%"},
		EvictionSoftGracePeriod: map[string]string{"memory.available": "1m0s"}, EvictionMaxPodGracePeriod: p(int32(60)),
		ImageGCHighThresholdPercent: p(int32(85)), ImageGCLowThresholdPercent: p(int32(80)), CPUCFSQuota: p(false),
	}
	return n
}

func p[T any](v T) *T { return &v }

const ownArchive = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"X\"\r\n\r\n" +
	"--X\r\nContent-Type: text/x-shellscript\r\nContent-Transfer-Encoding: base64\r\n\r\nZWNobyBoaQo=\r\n" +
	"--X\r\nContent-Type: application/node.eks.aws\r\n\r\nkind: NodeConfig\r\n--X--\r\n"

const ownSettings = `
[settings.host-containers.admin]
enabled = true
[settings.kubernetes]
cluster-name = "another"
registry-qps = 10
[settings.kubernetes.node-labels]
mine = "1"
"karpenter.sh/nodepool" = "wrong"
[settings.kubernetes.node-taints]
mine = ["x:NoSchedule"]
`

func TestGolden(t *testing.T) {
	with := func(n userdata.Node, custom string) userdata.Node { n.Custom = custom; return n }
	tests := map[string]struct {
		write func(userdata.Node) (string, error)
		node  userdata.Node
	}{
		"al2023-plain":       {userdata.AL2023, node()},
		"al2023-tuned":       {userdata.AL2023, tuned()},
		"al2023-script":      {userdata.AL2023, with(node(), "#!/bin/sh\necho hi\n")},
		"al2023-nodeconfig":  {userdata.AL2023, with(node(), "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n")},
		"al2023-cloudconfig": {userdata.AL2023, with(node(), "#cloud-config\nruncmd: []\n")},
		"al2023-archive":     {userdata.AL2023, with(node(), ownArchive)},
		"bottlerocket-plain": {userdata.Bottlerocket, node()},
		"bottlerocket-tuned": {userdata.Bottlerocket, tuned()},
		"bottlerocket-own":   {userdata.Bottlerocket, with(node(), ownSettings)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.write(test.node)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := test.write(test.node)
			if again != got {
				t.Error("the same node gave another text")
			}
			golden(t, name+".txt", got)
		})
	}
}

func TestRefused(t *testing.T) {
	change := func(f func(*userdata.Node)) userdata.Node { n := node(); f(&n); return n }
	tests := map[string]struct {
		write func(userdata.Node) (string, error)
		node  userdata.Node
		words string
	}{
		"no endpoint":       {userdata.AL2023, change(func(n *userdata.Node) { n.Cluster.Endpoint = "" }), "endpoint"},
		"no CA":             {userdata.Bottlerocket, change(func(n *userdata.Node) { n.Cluster.CA = "" }), "authority"},
		"no service CIDR":   {userdata.AL2023, change(func(n *userdata.Node) { n.Cluster.ServiceCIDR = "" }), "service CIDR"},
		"no boundary":       {userdata.AL2023, change(func(n *userdata.Node) { n.Custom = "MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nx" }), "boundary"},
		"cut archive":       {userdata.AL2023, change(func(n *userdata.Node) { n.Custom = "Content-Type: multipart/mixed; boundary=X\n\n--X\n\nhalf" }), "part 1"},
		"not TOML":          {userdata.Bottlerocket, change(func(n *userdata.Node) { n.Custom = "#!/bin/sh\necho" }), "the class's user data"},
		"settings a string": {userdata.Bottlerocket, change(func(n *userdata.Node) { n.Custom = `settings = "x"` }), "settings is not a table"},
		"labels a string":   {userdata.Bottlerocket, change(func(n *userdata.Node) { n.Custom = "[settings.kubernetes]\nnode-labels = 1" }), "node-labels is not a table"},
		"too large":         {userdata.Verbatim, change(func(n *userdata.Node) { n.Custom = strings.Repeat("x", userdata.MaxSize+1) }), "16385 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := test.write(test.node)
			if err == nil || !strings.Contains(err.Error(), test.words) {
				t.Errorf("error %v, want one with %q", err, test.words)
			}
		})
	}
}
