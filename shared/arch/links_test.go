package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// binary is what a function's bootstrap links.
type binary struct {
	function string
	packages []string // import paths, of the standard library's too
}

// linked lists every package that a line forbids its function.
func linked(policy []rule, binaries []binary) []string {
	var found []string
	for _, b := range binaries {
		for _, r := range policy {
			if r.of != "*" && !slices.Contains(strings.Split(r.of, ","), b.function) {
				continue
			}
			for _, path := range b.packages {
				if slices.ContainsFunc(r.words, func(word string) bool { return fits(word, short(path)) }) {
					found = append(found, fmt.Sprintf("%s must not link %s", b.function, short(path)))
				}
			}
		}
	}
	return found
}

// TestLinks asks go list, because only it follows the imports of other modules. Its answer depends
// on source that TestImports reads, and on go.mod and go.sum, which are read here for go test's
// cache to know; a replaced module's source it does not know, so make runs it with -count=1.
func TestLinks(t *testing.T) {
	for _, name := range []string{"go.mod", "go.sum"} {
		if _, err := os.ReadFile(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	folders, err := filepath.Glob(root + "/functions/*/bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		t.Skip("there are no functions yet")
	}
	binaries, err := listBinaries(folders)
	if err != nil {
		t.Fatal(err)
	}
	if len(binaries) != len(folders) {
		t.Errorf("%d binaries of %d bootstraps", len(binaries), len(folders))
	}
	for _, line := range linked(rules(t, links, "-x"), binaries) {
		t.Error(line)
	}
}

// listBinaries asks for what is built for Lambda.
func listBinaries(folders []string) ([]binary, error) {
	args := []string{"list", "-tags=lambda.norpc", "-json=ImportPath,Deps"}
	for _, folder := range folders {
		args = append(args, "./"+filepath.ToSlash(strings.TrimPrefix(folder, root+"/")))
	}
	var complaint bytes.Buffer
	command := exec.Command("go", args...)
	command.Dir, command.Stderr = root, &complaint
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, complaint.String())
	}
	var binaries []binary
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var listed struct {
			ImportPath string
			Deps       []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			return binaries, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		binaries = append(binaries, binary{strings.Split(short(listed.ImportPath), "/")[1], listed.Deps})
	}
}

// TestTheCheckOfLinks is a check of the check.
func TestTheCheckOfLinks(t *testing.T) {
	const ours = module + "/"
	policy := rules(t, links, "-x")
	for _, b := range []binary{
		{"provision", []string{"k8s.io/client-go/kubernetes"}},
		{"provision", []string{"sigs.k8s.io/karpenter/pkg/apis/v1"}},
		{"register", []string{"github.com/aws/karpenter-provider-aws/pkg/apis"}},
		{"observe", []string{ours + "shared/crd"}},
		{"catalog", []string{"testing"}},
		{"catalog", []string{ours + "infra/pipeline"}},
		{"install", []string{ours + "shared/fake"}},
	} {
		if len(linked(policy, []binary{b})) != 1 {
			t.Errorf("not found out: %s linking %v", b.function, b.packages)
		}
	}
	good := []binary{
		{"install", []string{ours + "shared/crd", "sigs.k8s.io/karpenter/pkg/apis/v1", "fmt"}},
		{"provision", []string{"k8s.io/api/core/v1", "net/http", ours + "shared/sched/pack"}},
	}
	for _, line := range linked(policy, good) {
		t.Errorf("found out, but allowed: %s", line)
	}
}
