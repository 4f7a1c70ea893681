package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// root is the root module's folder, seen from this test.
const root = "../.."

// source is a package's files, without tests, as they lie on the disk. Build tags are not asked:
// a file that is left out here is built in elsewhere.
type source struct {
	pkg
	files []*ast.File
	fset  *token.FileSet
}

// sources reads every package of the root module. Files are read by this process, rather than by
// go list, because go test then knows them, and never answers from its cache when one has changed
// or come anew.
func sources(folder string) ([]source, error) {
	byFolder := map[string]*source{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return enter(folder, path, entry.Name())
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		relative, err := filepath.Rel(folder, filepath.Dir(path))
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if byFolder[relative] == nil {
			byFolder[relative] = &source{pkg: pkg{folder: relative}, fset: token.NewFileSet()}
		}
		return byFolder[relative].read(path)
	})
	if err != nil {
		return nil, fmt.Errorf("read the module's source: %w", err)
	}
	var all []source
	for _, s := range byFolder {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.folder, b.folder) })
	return all, nil
}

// enter skips what go list ./... skips, too: hidden folders, testdata, and other modules.
func enter(root, path, name string) error {
	if path == root {
		return nil
	}
	if name[0] == '.' || name[0] == '_' || name == "testdata" || name == "node_modules" || name == "cdk.out" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func (s *source) read(path string) error {
	file, err := parser.ParseFile(s.fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	s.files = append(s.files, file)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if !slices.Contains(s.imports, imported) {
			s.imports = append(s.imports, imported)
		}
	}
	return nil
}

// impurities finds what imports do not show: the real clock and goroutines.
func (s source) impurities() []string {
	var found []string
	for _, file := range s.files {
		ast.Inspect(file, func(node ast.Node) bool {
			if what := impurity(node); what != "" {
				found = append(found, fmt.Sprintf("%s: %s in %s", s.fset.Position(node.Pos()), what, s.folder))
			}
			return true
		})
	}
	return found
}

func impurity(node ast.Node) string {
	switch node := node.(type) {
	case *ast.GoStmt:
		return "a goroutine"
	case *ast.SelectorExpr:
		clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
		if left, ok := node.X.(*ast.Ident); ok && left.Name == "time" && slices.Contains(clock, node.Sel.Name) {
			return "the real clock, time." + node.Sel.Name + ","
		}
	}
	return ""
}
