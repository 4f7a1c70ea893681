package model

import (
	"maps"
	"testing"
)

func TestTemplateHash(t *testing.T) {
	base := func() NodePool {
		return NodePool{
			Name:                   "general",
			Labels:                 map[string]string{"team": "a", "tier": "web"},
			ClaimAnnotations:       map[string]string{"note": "x"},
			Requirements:           []Requirement{{Key: LabelArch, Operator: In, Values: []string{"amd64"}}},
			Taints:                 []Taint{{Key: "a", Effect: NoSchedule}, {Key: "b", Effect: NoExecute}},
			StartupTaints:          []Taint{{Key: "boot", Effect: NoSchedule}},
			Class:                  ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
			ExpireAfter:            "720h",
			TerminationGracePeriod: "1h",
		}
	}
	tests := []struct {
		name   string
		change func(*NodePool)
		same   bool
	}{
		{"nothing", func(*NodePool) {}, true},
		{"name", func(p *NodePool) { p.Name = "other" }, true},
		{"weight", func(p *NodePool) { p.Weight = 7 }, true},
		{"limits", func(p *NodePool) { p.Limits = []Limit{{CPU, 1}} }, true},
		{"requirements", func(p *NodePool) { p.Requirements = nil }, true},
		{"order of taints", func(p *NodePool) { p.Taints[0], p.Taints[1] = p.Taints[1], p.Taints[0] }, true},
		{"spelling of a duration", func(p *NodePool) { p.ExpireAfter = "43200m0s" }, true},
		{"a label", func(p *NodePool) { p.Labels["team"] = "b" }, false},
		{"a label more", func(p *NodePool) { p.Labels["new"] = "" }, false},
		{"an annotation", func(p *NodePool) { p.ClaimAnnotations = nil }, false},
		{"a taint", func(p *NodePool) { p.Taints[0].Value = "v" }, false},
		{"a startup taint becomes a taint", func(p *NodePool) {
			p.Taints, p.StartupTaints = append(p.Taints, p.StartupTaints...), nil
		}, false},
		{"class", func(p *NodePool) { p.Class.Name = "gpu" }, false},
		{"expiry", func(p *NodePool) { p.ExpireAfter = "Never" }, false},
		{"grace period", func(p *NodePool) { p.TerminationGracePeriod = "" }, false},
	}
	want := base().TemplateHash()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := base()
			p.Labels = maps.Clone(p.Labels)
			test.change(&p)
			if got := p.TemplateHash(); (got == want) != test.same {
				t.Errorf("TemplateHash = %s, of the base %s; same wanted: %t", got, want, test.same)
			}
		})
	}
}

func TestTemplateHashIsStable(t *testing.T) {
	// Hashes are stored in clusters: a version that computes another one replaces every node.
	if got, want := (NodePool{Class: ClassRef{Name: "default"}}).TemplateHash(), "dd14cd14b37f0d8f"; got != want {
		t.Errorf("TemplateHash = %s, want %s: raise HashVersion", got, want)
	}
	never, none := NodePool{ExpireAfter: "Never"}, NodePool{}
	if never.TemplateHash() != none.TemplateHash() {
		t.Error("Never and none have different hashes")
	}
}
