package catalog

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/model"
)

// karpenterTypes are 17 instance types as EC2 describes them, with the labels and the capacity that Karpenter's
// provider v1.14.1 computes for them (AL2023, 7.5 % overhead). What we say elsewhere or not at all is left out: zones,
// the network bandwidth, which Karpenter has from a table, ephemeral storage, EFA and branch interfaces.
func karpenterTypes(t *testing.T) []karpenterType {
	t.Helper()
	raw, err := os.ReadFile("testdata/karpenter-types.json")
	if err != nil {
		t.Fatal(err)
	}
	var types []karpenterType
	if err := json.Unmarshal(raw, &types); err != nil {
		t.Fatal(err)
	}
	return types
}

type karpenterType struct {
	Machine  model.Machine
	Labels   map[string]string
	Capacity map[string]string
}

func TestLabelsAreKarpenters(t *testing.T) {
	for _, k := range karpenterTypes(t) {
		t.Run(k.Machine.Type, func(t *testing.T) {
			want := k.Labels
			want[labelTenancy] = "default" // which Karpenter leaves open, as it can launch either
			if want[labelHypervisor] == "" {
				delete(want, labelHypervisor) // bare metal: a label without a value says nothing
			}
			if diff := cmp.Diff(want, labelsOf(k.Machine, "us-east-1")); diff != "" {
				t.Errorf("-Karpenter's +ours:\n%s", diff)
			}
		})
	}
}

func TestTypeName(t *testing.T) {
	for name, want := range map[string][2]string{
		"m5.large":            {"m", "5"},
		"u-12tb1.112xlarge":   {"u", "1"},
		"u7i-12tb.224xlarge":  {"u", "7"},
		"x2iedn.metal":        {"x", "2"},
		"inf2.24xlarge":       {"inf", "2"},
		"p4de.24xlarge":       {"p", "4"},
		"c7i-flex.8xlarge":    {"c", "7"},
		"mac2-m2pro.metal":    {"mac", "2"},
		"hpc8a.96xlarge":      {"hpc", "8"},
		"p6-b200.48xlarge":    {"p", "6"},
		"i7ie.metal-48xl":     {"i", "7"},
		"no-digits-in.family": {"", ""},
	} {
		labels := labelsOf(model.Machine{Type: name}, "r")
		if got := [2]string{labels[labelCategory], labels[labelGeneration]}; got != want {
			t.Errorf("%s: category and generation %v, want %v", name, got, want)
		}
		family, size, _ := strings.Cut(name, ".")
		if labels[labelFamily] != family || labels[labelSize] != size {
			t.Errorf("%s: family %q, size %q", name, labels[labelFamily], labels[labelSize])
		}
	}
}

func TestNetworkBandwidth(t *testing.T) {
	if got := labelsOf(model.Machine{Type: "m5.large", NetworkMbps: 750}, "r")[labelNetworkBandwidth]; got != "750" {
		t.Errorf("network bandwidth %q, want 750", got)
	}
	if got, ok := labelsOf(model.Machine{Type: "m5.large"}, "r")[labelNetworkBandwidth]; ok {
		t.Errorf("network bandwidth that was not told is %q", got)
	}
}
