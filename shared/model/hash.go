package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// HashVersion names how TemplateHash computes; a pool or claim hashed under another version is not compared.
const HashVersion = "slipway-v1"

// TemplateHash is a hash of what a pool puts into its claims: when it changes, the pool's nodes have drifted.
// It covers what Karpenter's own covers: labels, annotations, taints, startup taints, the class and the two
// durations, and not the requirements, whose drift is decided node by node. The order of taints and the spelling
// of durations do not matter.
func (p NodePool) TemplateHash() string {
	body, err := json.Marshal(struct {
		Labels        map[string]string `json:"labels,omitempty"`
		Annotations   map[string]string `json:"annotations,omitempty"`
		Taints        []Taint           `json:"taints,omitempty"`
		StartupTaints []Taint           `json:"startupTaints,omitempty"`
		Class         ClassRef          `json:"class"`
		ExpireAfter   string            `json:"expireAfter,omitempty"`
		Grace         string            `json:"grace,omitempty"`
	}{
		p.Labels, p.ClaimAnnotations, sortedTaints(p.Taints), sortedTaints(p.StartupTaints), p.Class,
		spelledOnce(p.ExpireAfter), spelledOnce(p.TerminationGracePeriod),
	})
	if err != nil { // strings and maps of strings always marshal
		return ""
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

func sortedTaints(taints []Taint) []Taint {
	out := slices.Clone(taints)
	slices.SortFunc(out, func(a, b Taint) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Effect, b.Effect))
	})
	return out
}

// spelledOnce gives equal durations one spelling; Never and none are the same.
func spelledOnce(duration string) string {
	if duration == "Never" {
		return ""
	}
	if d, err := time.ParseDuration(duration); err == nil {
		return d.String()
	}
	return duration
}
