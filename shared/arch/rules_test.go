package arch

import (
	"fmt"
	"slices"
	"strings"
)

// module is the root module's path.
const module = "github.com/slipway-dev/slipway"

// rule is a line of a table: what it is for, and its words.
type rule struct {
	of    string
	words []string
}

// parse reads a table whose lines are split by arrow.
func parse(table, arrow string) ([]rule, error) {
	var rules []rule
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		of, words, ok := strings.Cut(line, arrow)
		if !ok || strings.TrimSpace(of) == "" || len(strings.Fields(words)) == 0 {
			return nil, fmt.Errorf("not a rule: %q", line)
		}
		rules = append(rules, rule{strings.TrimSpace(of), strings.Fields(words)})
	}
	return rules, nil
}

// pkg is a package of the root module: its folder, and the import paths of its files.
type pkg struct {
	folder  string
	imports []string
}

// forbidden lists every import that the policy does not allow, and every folder without a rule,
// as lines for people.
func forbidden(policy []rule, packages []pkg) []string {
	var found []string
	for _, p := range packages {
		i := slices.IndexFunc(policy, func(r rule) bool { return fits(r.of, p.folder) })
		if i < 0 {
			found = append(found, p.folder+": no rule fits this folder: is it a new room?")
			continue
		}
		for _, path := range p.imports {
			if !policy[i].allows(p.folder, path) {
				found = append(found, fmt.Sprintf("%s must not import %s (rule %s)", p.folder, short(path), policy[i].of))
			}
		}
	}
	return found
}

// allows tells whether a package in folder may import path.
func (r rule) allows(folder, path string) bool {
	allowed := false
	for _, word := range r.words {
		exception, except := strings.CutPrefix(word, "!")
		switch {
		case except && fits(exception, short(path)):
			return false
		case !except && covers(word, folder, path):
			allowed = true
		}
	}
	return allowed
}

// covers tells whether a word of a rule for folder covers an import.
func covers(word, folder, path string) bool {
	switch word {
	case "std":
		return standard(path)
	case "pure":
		return standard(path) && !worldly(path)
	case "core":
		return standard(path) && !worldly(path) && path != "context"
	case "own":
		return short(path) == folder[:strings.LastIndex(folder, "/")]
	}
	return !standard(path) && fits(word, short(path))
}

// standard tells whether an import is the standard library's: its first element has no dot. Cgo
// counts as no library at all.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != "C"
}

// worldly tells whether a package of the standard library lets the world in: files, network, log,
// chance, or what only goroutines need.
func worldly(path string) bool {
	for _, world := range []string{"os", "net", "log", "sync", "math/rand", "crypto/rand", "runtime", "syscall", "unsafe", "embed"} {
		if path == world || strings.HasPrefix(path, world+"/") {
			return true
		}
	}
	return false
}

// short is an import path as the tables write it: our own without the module.
func short(path string) string { return strings.TrimPrefix(path, module+"/") }

// fits tells whether a slash-separated pattern fits a path as a whole: * is any one element, a
// final ... any number of them, none included.
func fits(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, element := range want {
		if element == "..." && i == len(want)-1 {
			return true
		}
		if i >= len(have) || element != "*" && element != have[i] {
			return false
		}
	}
	return len(want) == len(have)
}
