package crd_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/google/go-cmp/cmp"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/slipway-dev/slipway/shared/crd"
)

// With -rewrite the golden files take what the code gives. Read the difference before you commit it.
var rewrite = flag.Bool("rewrite", false, "write testdata")

func golden(t *testing.T, file string, objects []*crd.Object) {
	t.Helper()
	var parts []string
	for _, o := range objects {
		raw, err := yaml.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(raw))
	}
	got := strings.Join(parts, "---\n")
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

func TestDefaults(t *testing.T) {
	objects, err := crd.Defaults(crd.Site{Cluster: "prod", Role: "node-role"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/defaults.yaml", objects)
	for _, o := range objects {
		raw, err := yaml.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		var typed any = &karpenter.NodePool{}
		if o.GetKind() == "EC2NodeClass" {
			typed = &provider.EC2NodeClass{}
		}
		if err := yaml.UnmarshalStrict(raw, typed); err != nil {
			t.Errorf("%s does not read back: %v", o.GetName(), err)
		}
	}
}

func TestDefaultsOfGivenNetwork(t *testing.T) {
	objects, err := crd.Defaults(crd.Site{Cluster: "prod", Role: "r", Subnets: []string{"subnet-1", "subnet-2"}, SecurityGroups: []string{"sg-1"}})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := yaml.Marshal(objects[0].Object)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(raw); !strings.Contains(text, "- id: subnet-1\n  - id: subnet-2\n") || !strings.Contains(text, "- id: sg-1\n") || strings.Contains(text, "discovery") {
		t.Errorf("class:\n%s", text)
	}
}

func TestAccess(t *testing.T) {
	objects, err := crd.Access()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/access.yaml", objects)
}
