package act

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

// TestAssign pairs claims with instances, both written as words: "a" is a claim, "a:i1" one that names instance i1,
// "i1" an instance, "i1:a" one whose tag names claim a.
func TestAssign(t *testing.T) {
	for name, c := range map[string]struct{ claims, instances, want string }{
		"in order":                   {"a b c", "i1 i2 i3", "i1=a i2=b i3=c"},
		"too few":                    {"a b c", "i1 i2", "i1=a i2=b"},
		"too many":                   {"a", "i1 i2", "i1=a i2=-"},
		"a tag wins":                 {"a b", "i1:b i2", "i1=b i2=-"},
		"tags as paired before":      {"a b", "i1:a i2:b", "i1=a i2=b"},
		"half paired":                {"a b", "i1:a i2", "i1=a i2=b"},
		"two of one tag":             {"a b", "i1:a i2:a", "i1=a i2=-"},
		"a tag of nobody here":       {"a b", "i1:x i2", "i1=- i2=b"},
		"the claim's word wins":      {"a b:i1", "i1:a i2", "i1=b i2=-"},
		"a claim with another":       {"a:i9 b", "i1 i2", "i1=- i2=b"},
		"a claim with another, tags": {"a:i9 b", "i1:a i2:b", "i1=- i2=b"},
		"all paired":                 {"a:i1 b:i2", "i1:a i2:b", "i1=a i2=b"},
		"nothing":                    {"a b", "", ""},
	} {
		var claims []model.NodeClaim
		for _, word := range strings.Fields(c.claims) {
			name, instance, launched := strings.Cut(word, ":")
			claim := model.NodeClaim{Name: name}
			if launched {
				claim.ProviderID = model.ProviderID("us-east-1a", "i-"+instance)
			}
			claims = append(claims, claim)
		}
		var instances []model.Instance
		for _, word := range strings.Fields(c.instances) {
			id, claim, _ := strings.Cut(word, ":")
			instances = append(instances, model.Instance{ID: "i-" + id, Tags: map[string]string{model.TagClaim: claim}})
		}
		var got []string
		for i, owner := range assign(claims, instances) {
			name := "-"
			if owner != nil {
				name = owner.Name
			}
			got = append(got, fmt.Sprintf("%s=%s", strings.TrimPrefix(instances[i].ID, "i-"), name))
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
