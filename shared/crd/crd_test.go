package crd_test

import (
	"os"
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/shared/crd"
)

func TestDefinitions(t *testing.T) {
	definitions, err := crd.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range definitions {
		names = append(names, d.GetName())
		if d.GetKind() != "CustomResourceDefinition" || d.GetAnnotations()[crd.AnnotationVersion] != crd.KarpenterVersion {
			t.Errorf("%s: kind %s, annotations %v", d.GetName(), d.GetKind(), d.GetAnnotations())
		}
	}
	want := "nodepools.karpenter.sh nodeclaims.karpenter.sh nodeoverlays.karpenter.sh " +
		"capacitybuffers.autoscaling.x-k8s.io ec2nodeclasses.karpenter.k8s.aws"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("definitions %s, want %s", got, want)
	}
}

// The release is said in a constant, since a program can not ask for its modules' versions everywhere.
func TestKarpenterVersion(t *testing.T) {
	raw, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range []string{"sigs.k8s.io/karpenter v", "github.com/aws/karpenter-provider-aws v"} {
		if !strings.Contains(string(raw), module+crd.KarpenterVersion+"\n") {
			t.Errorf("go.mod requires another %s than %s", module, crd.KarpenterVersion)
		}
	}
}
