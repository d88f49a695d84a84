package topology

import (
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// A scope holds what all packages of a Load share: the packages among the patterns, and
// the names of files. It is safe for concurrent use.
type scope struct {
	dir     string
	fset    *token.FileSet
	files   overlay
	paths   map[string]bool // import paths of the packages among the patterns
	modules []module        // the modules that the user does not work on

	mu      sync.Mutex // guards what follows
	names   map[string]string
	foreign map[string]map[string]kind // from generated files of packages that are not read
}

// A module is a module in the module cache.
type module struct{ dir, name string }

func newScope(dir string, c *checker, listed []*packages.Package) *scope {
	s := &scope{
		dir:     dir,
		fset:    c.fset,
		files:   c.files,
		paths:   make(map[string]bool),
		names:   make(map[string]string),
		foreign: make(map[string]map[string]kind),
	}
	for _, p := range listed {
		s.paths[p.PkgPath] = true
	}
	packages.Visit(listed, nil, func(p *packages.Package) {
		if m := p.Module; m != nil && !m.Main && m.Version != "" && m.Dir != "" && (m.Replace == nil || m.Replace.Version != "") {
			found := module{m.Dir + string(filepath.Separator), m.Path + "@" + m.Version}
			if !slices.Contains(s.modules, found) {
				s.modules = append(s.modules, found)
			}
		}
	})
	return s
}

// has reports whether a package is among the patterns.
func (s *scope) has(p *types.Package) bool { return p != nil && s.paths[p.Path()] }

// at returns a position in the form of the model.
func (s *scope) at(pos token.Pos) Position {
	if !pos.IsValid() {
		return Position{}
	}
	return s.position(s.fset.Position(pos))
}

func (s *scope) position(pos token.Position) Position {
	return Position{File: s.file(pos.Filename), Line: pos.Line, Column: pos.Column}
}

// file returns the name of a file in the model.
func (s *scope) file(path string) string {
	if path == "" {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name, found := s.names[path]
	if !found {
		name = s.name(path)
		s.names[path] = name
	}
	return name
}

func (s *scope) name(path string) string {
	for _, m := range s.modules {
		if rest, ok := strings.CutPrefix(path, m.dir); ok {
			return m.name + "/" + filepath.ToSlash(rest)
		}
	}
	if rel, err := filepath.Rel(s.dir, path); err == nil && filepath.IsAbs(path) {
		path = rel
	}
	return filepath.ToSlash(path)
}

// kindOf returns what a generated file says about a signal whose package is not read.
func (s *scope) kindOf(file, call string) kind {
	s.mu.Lock()
	defer s.mu.Unlock()
	kinds, found := s.foreign[file]
	if !found {
		kinds = kindsOfFile(file, s.files)
		s.foreign[file] = kinds
	}
	return kinds[call]
}
