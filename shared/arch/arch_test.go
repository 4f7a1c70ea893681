package arch

import (
	"slices"
	"strings"
	"testing"
)

func rules(t *testing.T, table, arrow string) []rule {
	t.Helper()
	parsed, err := parse(table, arrow)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func everything(t *testing.T) []source {
	t.Helper()
	all, err := sources(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 5 {
		t.Fatalf("only %d packages found: is the module elsewhere?", len(all))
	}
	return all
}

func TestImports(t *testing.T) {
	var packages []pkg
	for _, s := range everything(t) {
		packages = append(packages, s.pkg)
	}
	for _, line := range forbidden(rules(t, imports, "->"), packages) {
		t.Error(line)
	}
}

func TestPurity(t *testing.T) {
	for _, s := range everything(t) {
		if s.folder == "shared/model" || fits("shared/sched/...", s.folder) {
			for _, line := range s.impurities() {
				t.Error(line)
			}
		}
	}
}

// TestTheCheckOfImports is a check of the check: each of these imports must be found out, or let
// pass, whatever the module holds today.
func TestTheCheckOfImports(t *testing.T) {
	const ours = module + "/"
	bad := []pkg{
		{"shared/model", []string{"os"}},
		{"shared/model", []string{"log/slog"}},
		{"shared/model", []string{"math/rand/v2"}},
		{"shared/sched", []string{"context"}},
		{"shared/sched/pack", []string{"sync/atomic"}},
		{"shared/sched/pack", []string{ours + "events"}},
		{"events", []string{"github.com/google/uuid"}},
		{"events", []string{ours + "shared/model"}},
		{"shared/act", []string{ours + "shared/ledger"}},
		{"shared/batch", []string{"github.com/aws/aws-lambda-go/lambda"}},
		{"shared/telemetry", []string{ours + "shared/batch"}},
		{"shared/userdata", []string{"sigs.k8s.io/yaml"}},
		{"shared/kube", []string{ours + "shared/aws/instances"}},
		{"shared/kube", []string{"sigs.k8s.io/karpenter/pkg/apis/v1"}},
		{"shared/aws/instances", []string{ours + "shared/aws/prices"}},
		{"shared/aws/instances", []string{ours + "shared/ledger"}},
		{"shared/ledger", []string{ours + "shared/kube"}},
		{"functions/provision", []string{ours + "functions/register"}},
		{"functions/provision", []string{ours + "shared/aws/instances"}},
		{"functions/provision", []string{ours + "shared/crd"}},
		{"functions/provision", []string{"github.com/aws/aws-sdk-go-v2/service/ec2"}},
		{"functions/provision/bootstrap", []string{ours + "functions/register"}},
		{"functions/provision/bootstrap", []string{ours + "shared/fake"}},
		{"functions/provision/bootstrap", []string{ours + "infra/pipeline"}},
		{"functions/provision/bootstrap", []string{ours + "testevents"}},
		{"shared/config", []string{ours + "infra/pipeline"}},
		{"shared/model", []string{"C"}},
		{"shared/utils", nil},
		{"tools", nil},
		{"functions/provision/internal", nil},
	}
	policy := rules(t, imports, "->")
	for _, p := range bad {
		if len(forbidden(policy, []pkg{p})) != 1 {
			t.Errorf("not found out: %s importing %v", p.folder, p.imports)
		}
	}
	good := []pkg{
		{"shared/model", []string{"time", "strings", "encoding/json"}},
		{"shared/sched/disrupt", []string{"slices", ours + "shared/model", ours + "shared/sched", ours + "shared/sched/pack"}},
		{"shared/aws/instances", []string{"context", ours + "shared/aws/awserr", "github.com/aws/aws-sdk-go-v2/service/ec2/types"}},
		{"functions/provision", []string{ours + "events", ours + "shared/sched", ours + "shared/batch"}},
		{"functions/install", []string{ours + "shared/crd", "github.com/aws/aws-lambda-go/cfn"}},
		{"functions/provision/bootstrap", []string{ours + "functions/provision", ours + "shared/aws/instances", "github.com/aws/aws-lambda-go/lambda"}},
		{"infra/world", []string{ours + "functions/provision", ours + "shared/fake", "github.com/rogpeppe/go-internal/testscript"}},
	}
	for _, line := range forbidden(policy, good) {
		t.Errorf("found out, but allowed: %s", line)
	}
}

// TestTheCheckOfPurity is the same for what imports do not show.
func TestTheCheckOfPurity(t *testing.T) {
	found, err := sources("testdata/impure")
	if err != nil || len(found) != 1 {
		t.Fatalf("%d packages, error %v", len(found), err)
	}
	lines := strings.Join(found[0].impurities(), "\n")
	for _, want := range []string{"a goroutine", "time.Now", "time.After"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%s is not found out in:\n%s", want, lines)
		}
	}
	if n := len(found[0].impurities()); n != 3 {
		t.Errorf("%d impurities, want 3:\n%s", n, lines)
	}
}

func TestFits(t *testing.T) {
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"shared/model", "shared/model", true},
		{"shared/model", "shared/model/deep", false},
		{"shared/model", "shared/models", false},
		{"shared/aws/*", "shared/aws/prices", true},
		{"shared/aws/*", "shared/aws", false},
		{"shared/aws/*", "shared/aws/prices/deep", false},
		{"shared/sched/...", "shared/sched", true},
		{"shared/sched/...", "shared/sched/pack", true},
		{"shared/sched/...", "shared/scheduler", false},
		{"functions/*/bootstrap", "functions/observe/bootstrap", true},
		{"functions/*/bootstrap", "functions/observe", false},
		{"*/...", "github.com/a/b", true},
	}
	for _, tt := range tests {
		if got := fits(tt.pattern, tt.path); got != tt.want {
			t.Errorf("fits(%q, %q) = %t", tt.pattern, tt.path, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, table := range []string{"events", "-> std", "events ->"} {
		if rules, err := parse(table, "->"); err == nil {
			t.Errorf("%q is read as %v", table, rules)
		}
	}
	if rules, err := parse("\n\ta -> b c\n", "->"); err != nil || len(rules) != 1 || !slices.Equal(rules[0].words, []string{"b", "c"}) {
		t.Errorf("rules %v, error %v", rules, err)
	}
}
