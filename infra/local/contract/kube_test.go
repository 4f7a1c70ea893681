package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	awsapis "github.com/aws/karpenter-provider-aws/pkg/apis"
	"sigs.k8s.io/karpenter/pkg/apis"
	"sigs.k8s.io/yaml"

	"github.com/slipway-dev/slipway/infra/local/cluster"
	"github.com/slipway-dev/slipway/shared/kube"
	"github.com/slipway-dev/slipway/shared/model"
)

// kubernetes is a real control plane with Karpenter's definitions, and the adapter under test.
type kubernetes struct {
	*kube.Client
	dir     string
	control *cluster.Cluster
}

// TestKube holds shared/kube against a real API server: what the server sends, and what it does with what is sent.
func TestKube(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a control plane: not under -short")
	}
	k := startKubernetes(t)
	t.Run("UID", func(t *testing.T) {
		uid, err := k.UID(t.Context())
		if want := k.kubectl(t, "", "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"); err != nil || uid != want {
			t.Errorf("UID = %q, %v; want %q", uid, err, want)
		}
	})
	t.Run("pods", k.testPods)
	t.Run("events", k.testEvents)
	t.Run("nodes", k.testNodes)
	t.Run("pools", k.testPools)
	t.Run("claims", k.testClaims)
	t.Run("pages", k.testPages)
	t.Run("gone", k.testGone)
}

// testGone starts the control plane anew: what it watched before it has forgotten.
func (k *kubernetes) testGone(t *testing.T) {
	if err := k.control.Stop(); err != nil {
		t.Fatal(err)
	}
	var err error
	if k.control, err = cluster.Start(t.Context(), cluster.Options{Dir: k.dir}); err != nil {
		t.Fatal(err)
	}
	k.connect(t)
	if _, err := k.PodChanges(t.Context(), "1"); !model.IsKind(err, model.Gone) {
		t.Errorf("changes since the beginning of time: %v", err)
	}
	_, since := every(t, k.BoundPods)
	if _, err := k.PodChanges(t.Context(), since); err != nil {
		t.Errorf("changes since the list: %v", err)
	}
}

func startKubernetes(t *testing.T) *kubernetes {
	t.Helper()
	k := &kubernetes{dir: t.TempDir()}
	var err error
	if k.control, err = cluster.Start(t.Context(), cluster.Options{Dir: k.dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.control.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, definition := range [][]byte{apis.NodePoolCRD, apis.NodeClaimCRD, ec2NodeClassCRD(t)} {
		k.kubectl(t, string(definition), "create", "-f", "-")
	}
	k.kubectl(t, "", "wait", "--for=condition=established", "--timeout=60s", "crd", "--all")
	k.kubectl(t, "", "create", "serviceaccount", "slipway", "-n", "kube-system")
	k.kubectl(t, "", "create", "clusterrolebinding", "slipway", "--clusterrole=cluster-admin", "--serviceaccount=kube-system:slipway")
	k.connect(t)
	return k
}

// connect makes the client of the control plane as it runs now.
func (k *kubernetes) connect(t *testing.T) {
	t.Helper()
	token := k.kubectl(t, "", "create", "token", "slipway", "-n", "kube-system")
	k.Client = kube.New(kube.Options{
		Endpoint: func(context.Context) (string, []byte, error) { return k.control.Server, k.control.CAData, nil },
		Token:    func(context.Context) (string, error) { return token, nil },
		Quiet:    500 * time.Millisecond, // the test's machine may stall
	})
	t.Cleanup(k.CloseIdle)
}

func ec2NodeClassCRD(t *testing.T) []byte {
	for _, d := range awsapis.CRDs {
		if d.Spec.Names.Kind == "EC2NodeClass" {
			body, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			return body
		}
	}
	t.Fatal("no definition of EC2NodeClass")
	return nil
}

// kubectl runs kubectl as administrator with the input and returns what it prints.
func (k *kubernetes) kubectl(t *testing.T, input string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), k.control.Binary, append([]string{"kubectl", "--kubeconfig", k.control.Kubeconfig}, args...)...)
	command.Stdin = strings.NewReader(input)
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, said.String())
	}
	return strings.TrimSpace(string(out))
}

// typed reads an object with kubectl into a type of whoever defined it.
func typed[T any](t *testing.T, k *kubernetes, kind, name string) T {
	t.Helper()
	var object T
	if err := yaml.Unmarshal([]byte(k.kubectl(t, "", "get", kind, name, "-o", "json")), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// every returns all pages of a list and its resource version.
func every[T any](t *testing.T, list func(context.Context, string) (model.Page[T], error)) (items []T, version string) {
	t.Helper()
	for token := ""; ; {
		page, err := list(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, page.Items...)
		if page.Next == "" {
			return items, page.ResourceVersion
		}
		token = page.Next
	}
}
