package boot

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// section is a file of a text scenario.
func section(t testing.TB, path, name string) []byte {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		if file.Name == name {
			return file.Data
		}
	}
	t.Fatalf("%s has no section %s", path, name)
	return nil
}

func scenarios(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/userdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	return paths
}

func TestParseUserData(t *testing.T) {
	for _, path := range scenarios(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			config, err := ParseUserData(section(t, path, "userdata"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(config, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(section(t, path, "want")), string(got)+"\n"); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// What EC2 or a user wrapped once more is unwrapped, as nodeadm does it.
func TestParseUserDataUnwraps(t *testing.T) {
	plain := section(t, "testdata/userdata/karpenter-al2023.txtar", "userdata")
	want, err := ParseUserData(plain)
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	if _, err := writer.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	for name, wrapped := range map[string][]byte{
		"gzip":           zipped.Bytes(),
		"base64":         []byte(base64.StdEncoding.EncodeToString(plain)),
		"base64 of gzip": []byte(base64.StdEncoding.EncodeToString(zipped.Bytes()) + "\n"),
	} {
		got, err := ParseUserData(wrapped)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestParseUserDataMalformed(t *testing.T) {
	const cluster = `{name: orchard, apiServerEndpoint: "https://127.0.0.1:1", certificateAuthority: YQ==, cidr: 10.0.0.0/16}`
	nodeConfig := func(spec string) string {
		return "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: " + spec + "\n"
	}
	kubelet := func(options string) string { return nodeConfig("{cluster: " + cluster + ", kubelet: " + options + "}") }
	settings := "[settings.kubernetes]\napi-server = 'https://127.0.0.1:1'\ncluster-certificate = 'YQ=='\ncluster-name = 'orchard'\n"
	for _, c := range []struct{ name, data, want string }{
		{"nothing", " \n", "empty"},
		{"a script", "#!/bin/bash\n/etc/eks/bootstrap.sh orchard\n", "Bottlerocket settings"},
		{"other TOML", "[settings.ntp]\n", "neither a NodeConfig nor Bottlerocket"},
		{"archive without NodeConfig", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nhi\n--b--\n", "no part of type"},
		{"archive cut off", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: application/node.eks.aws\n\nkind: NodeConfig\n", "MIME archive"},
		{"archive without boundary", "MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--b\n", "MIME archive"},
		{"wrong kind", "apiVersion: node.eks.aws/v1alpha1\nkind: Pod\n", "unexpected Pod"},
		{"wrong group", "apiVersion: not.node.eks.aws/v1\nkind: NodeConfig\n", "unexpected NodeConfig of not.node"},
		{"not YAML", "# node.eks.aws\n\t: {", "NodeConfig"},
		{"no cluster", nodeConfig("{cluster: {cidr: 10.0.0.0/16}}"), "cluster name is missing"},
		{"no endpoint", nodeConfig("{cluster: {name: a, cidr: 10.0.0.0/16}}"), "endpoint is missing"},
		{"no authority", nodeConfig("{cluster: {name: a, apiServerEndpoint: b, cidr: 10.0.0.0/16}}"), "certificate authority is missing"},
		{"no cidr", nodeConfig("{cluster: {name: a, apiServerEndpoint: b, certificateAuthority: YQ==}}"), "CIDR is missing"},
		{"authority not base64", nodeConfig("{cluster: {certificateAuthority: '***'}}"), "base64"},
		{"wrong type in configuration", kubelet("{config: {maxPods: many}}"), "kubelet configuration"},
		{"unknown effect", kubelet("{config: {registerWithTaints: [{key: a, effect: Sometimes}]}}"), `unknown effect "Sometimes"`},
		{"negative pods", kubelet("{config: {maxPods: -1}}"), "negative"},
		{"bad reservation", kubelet("{config: {kubeReserved: {cpu: lots}}}"), "reserved cpu"},
		{"negative reservation", kubelet("{config: {kubeReserved: {cpu: '-1'}}}"), "reserved cpu"},
		{"reservation that takes for ever", kubelet("{config: {kubeReserved: {memory: '1e99999999'}}}"), "reserved memory"},
		{"flag that takes for ever", kubelet("{flags: ['--kube-reserved=memory=1e99999999']}"), "reserved memory"},
		{"bad threshold", kubelet("{config: {evictionHard: {memory.available: 101%}}}"), "eviction threshold"},
		{"label without value", kubelet("{flags: ['--node-labels=a']}"), "--node-labels"},
		{"bad label value", kubelet("{flags: ['--node-labels=a=b/c']}"), "--node-labels"},
		{"taint without effect", kubelet("{flags: ['--register-with-taints=a=b']}"), "--register-with-taints"},
		{"flag not a number", kubelet("{flags: ['--max-pods=x']}"), "--max-pods"},
		{"gzip cut off", "\x1f\x8b\x08", "gzip"},
		{"TOML broken", settings + "max-pods = [", "Bottlerocket settings"},
		{"TOML wrong type", settings + "max-pods = 'x'", "Bottlerocket settings"},
		{"TOML taint without effect", settings + "node-taints = {a = ['b']}", "node-taints"},
		{"TOML taint not text", settings + "node-taints = {a = [1]}", "not a string"},
		{"TOML bad label", settings + "node-labels = {'a b' = 'c'}", "node-labels"},
		{"TOML without cluster", "[settings.kubernetes]\nmax-pods = 1\n", "cluster name is missing"},
		{"TOML authority not base64", "[settings.kubernetes]\ncluster-certificate = '***'\n", "cluster-certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, err := ParseUserData([]byte(c.data))
			if err == nil {
				t.Fatalf("parsed as %+v", config)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q does not say %q", err, c.want)
			}
		})
	}
}

// Whatever the bytes, ParseUserData returns; what it accepts can become a Node.
func FuzzParseUserData(f *testing.F) {
	for _, path := range scenarios(f) {
		f.Add(section(f, path, "userdata"))
	}
	f.Add([]byte("H4sIAAAAAAAA"))
	f.Fuzz(func(t *testing.T, data []byte) {
		config, err := ParseUserData(data)
		if err != nil {
			return
		}
		if err := config.validate(); err != nil {
			t.Error(err)
		}
		if err := checkLabels(config.Labels); err != nil {
			t.Error(err)
		}
		for _, taint := range config.Taints {
			if err := checkTaint(taint); err != nil {
				t.Error(err)
			}
		}
		m := machine{Type: Type{VCPU: 2, MemoryMiB: 4096, ENIs: 3, IPsPerENI: 10}, diskGiB: 20}
		if _, err := m.allocatable(config); err != nil {
			t.Error(err)
		}
	})
}
