package generator

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// An importGraph knows which packages import which, according to their files and to
// their future outputs.
type importGraph struct {
	declared  func(path string) []string // what the files of a package import, except generated ones
	generated map[string][]string        // what its outputs would import in addition
}

// newImportGraph returns the graph of the packages. In it, each package also imports
// those whose signals its receivers hear.
func newImportGraph(index signalIndex, declared func(path string) []string) importGraph {
	g := importGraph{declared, make(map[string][]string)}
	for _, p := range index {
		for _, r := range p.receivers {
			if heard := index.follow(r.signalName()); heard.path != "" {
				g.generated[p.path] = append(g.generated[p.path], heard.path)
			}
		}
	}
	return g
}

// reaches reports whether one package imports another, directly or not.
func (g importGraph) reaches(from, to string) bool {
	seen := make(map[string]bool)
	next := []string{from}
	for len(next) > 0 {
		path := next[len(next)-1]
		next = next[:len(next)-1]
		if path == to {
			return true
		}
		if !seen[path] {
			seen[path] = true
			next = append(append(next, g.declared(path)...), g.generated[path]...)
		}
	}
	return false
}

// findProgramOnly marks the receivers that only a program can connect, which imports both
// them and their signals. If their own package connected them, that would be an import
// cycle, or an import that is not allowed.
func (g importGraph) findProgramOnly(p *pkg) {
	programOnly := make(map[string]bool) // by the path of a signal's package
	for _, r := range p.receivers {
		if r.of == nil || r.of.path == p.path || p.imported[r.of.path] {
			continue
		}
		if _, known := programOnly[r.of.path]; !known {
			programOnly[r.of.path] = r.of.name == "main" || !mayImport(p.path, r.of.path) || g.reaches(r.of.path, p.path)
		}
		r.programOnly = programOnly[r.of.path]
	}
}

// imports returns what the files of a package import, except those of tests and those
// that signalgen has generated. Only modules with packages of the run are known.
func (l *loader) imports(path string) []string {
	if known, found := l.imported[path]; found {
		return known
	}
	var paths []string
	dir := l.folderOf(path)
	entries, _ := os.ReadDir(dir) // nothing is known about a package that cannot be read
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		if !isGoFile(name, entry) || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if text, err := os.ReadFile(name); err == nil && !isGenerated(text) {
			syntax, _ := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
			for _, i := range importsOf(syntax) {
				paths = append(paths, i.path)
			}
		}
	}
	l.imported[path] = paths
	return paths
}

// folderOf returns the folder of a package of a known module, or "" for others.
func (l *loader) folderOf(path string) string {
	for module, dir := range l.modules {
		if path == module {
			return dir
		}
		if below, found := strings.CutPrefix(path, module+"/"); found {
			if dir := filepath.Join(dir, filepath.FromSlash(below)); isFolder(dir) {
				return dir
			}
		}
	}
	return ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
