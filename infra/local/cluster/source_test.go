package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module writes files (name, content, name, content...) to a new folder.
func module(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestKey(t *testing.T) {
	keyOf := func(files ...string) string {
		t.Helper()
		k, err := key(t.Context(), module(t, files...))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	base := keyOf("go.mod", "module m\n", "main.go", "package main", "a/a.go", "package a")
	for _, c := range []struct {
		name  string
		files []string
		same  bool
	}{
		{"elsewhere", []string{"go.mod", "module m\n", "main.go", "package main", "a/a.go", "package a"}, true},
		{"with a test and a note", []string{"go.mod", "module m\n", "main.go", "package main", "a/a.go", "package a", "a/a_test.go", "package a", "note.txt", "x"}, true},
		{"another requirement", []string{"go.mod", "module m\nrequire x v1.0.0\n", "main.go", "package main", "a/a.go", "package a"}, false},
		{"checksums", []string{"go.mod", "module m\n", "go.sum", "x", "main.go", "package main", "a/a.go", "package a"}, false},
		{"another source", []string{"go.mod", "module m\n", "main.go", "package main", "a/a.go", "package a // more"}, false},
		{"a source moved", []string{"go.mod", "module m\n", "main.go", "package main", "b/a.go", "package a"}, false},
		{"a byte in the next file", []string{"go.mod", "module m\n", "main.go", "package mai", "a/a.go", "npackage a"}, false},
	} {
		if got := keyOf(c.files...); (got == base) != c.same {
			t.Errorf("%s: the same key %v, want %v", c.name, got == base, c.same)
		}
	}
}

// The release is named where the modules are required, and again for the linker.
func TestKubernetesVersion(t *testing.T) {
	source, err := findSource()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), "k8s.io/kubernetes "+kubernetesVersion+"\n") {
		t.Errorf("the control plane's go.mod does not require k8s.io/kubernetes %s", kubernetesVersion)
	}
}

func TestFindSourceOutside(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := findSource(); err == nil || !strings.Contains(err.Error(), "no go.mod of slipway") {
		t.Errorf("outside of the repository: %v", err)
	}
}
