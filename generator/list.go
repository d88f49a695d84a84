package generator

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/signalgen/signalgen/internal/golist"
)

// list returns the packages that patterns name, without their files.
func (l *loader) list(patterns []string, errs *Errors) ([]*source, error) {
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	if overlay := overlayIn(goSetting("GOFLAGS")); overlay != "" {
		return nil, fmt.Errorf("GOFLAGS has %s; wanted none, since files are read from disk", overlay)
	}
	listed, err := golist.List(l.config(packages.NeedName|packages.NeedFiles|packages.NeedModule), patterns)
	if err != nil {
		return nil, err
	}
	sources := make([]*source, 0, len(listed))
	for _, p := range listed {
		if p.Dir == "" || len(p.GoFiles)+len(p.IgnoredFiles) == 0 {
			l.reportUnlisted(p, errs)
		}
		if strings.HasPrefix(p.PkgPath, "_/") { // without modules, the go command calls a folder so
			errs.add(token.Position{Filename: l.relative(p.Dir)}, "the package has no import path; wanted it in a module, and GO111MODULE=on instead of %s", cmp.Or(goSetting("GO111MODULE"), "none"))
			continue
		}
		if m := p.Module; m != nil && m.Dir != "" {
			l.modules[m.Path] = m.Dir
		}
		if p.Dir != "" {
			sources = append(sources, &source{
				path: p.PkgPath, name: p.Name, dir: p.Dir, rel: l.relative(p.Dir),
				owner: ownerOf(p.Module), root: rootOf(p.Module), whole: l.isWhole(p.Module, patterns),
			})
		}
	}
	return sources, nil
}

// goSetting returns a setting of the go command, from the environment or from the file
// that go env -w writes.
func goSetting(name string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	path := os.Getenv("GOENV")
	if dir, err := os.UserConfigDir(); path == "" && err == nil {
		path = filepath.Join(dir, "go", "env")
	}
	text, _ := os.ReadFile(path) // the file may be missing
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), name+"="); found {
			return value
		}
	}
	return ""
}

// overlayIn returns the flag -overlay among flags, or nothing.
func overlayIn(flags string) string {
	for _, flag := range strings.Fields(flags) {
		if strings.HasPrefix(strings.TrimLeft(flag, "-'\""), "overlay=") {
			return flag
		}
	}
	return ""
}

// ownerOf returns the name of a module in the module cache or a vendor folder, for
// which the go command names no folder. The user works on main modules, and on those
// that a replace directive puts in a folder.
func ownerOf(m *packages.Module) string {
	if m == nil || m.Main || m.Dir != "" && m.Replace != nil && m.Replace.Version == "" {
		return ""
	}
	return m.Path + "@" + m.Version
}

// rootOf returns the folder of a module that the user works on, or "".
func rootOf(m *packages.Module) string {
	if m == nil || ownerOf(m) != "" {
		return ""
	}
	return m.Dir
}

// rootsOf returns the folders of the modules of packages, sorted.
func rootsOf(sources []*source) []string {
	var roots []string
	for _, s := range sources {
		if s.root != "" {
			roots = append(roots, s.root)
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// isWhole reports whether patterns name all packages of a module.
func (l *loader) isWhole(m *packages.Module, patterns []string) bool {
	return m != nil && slices.ContainsFunc(patterns, func(pattern string) bool {
		root, all := strings.CutSuffix(pattern, "/...")
		return pattern == "work" || all && (root == m.Path || filepath.Join(l.place(), root) == m.Dir || root == m.Dir)
	})
}

// reportUnlisted reports why the go command finds no files for a pattern. Other errors
// of the go command do not matter here: a file that does not parse is reported when it
// is read.
func (l *loader) reportUnlisted(p *packages.Package, errs *Errors) {
	for _, e := range p.Errors {
		errs.add(l.from, "%s", golist.Missing(e, l.dir))
	}
}

// config returns the configuration for a query of the go command.
func (l *loader) config(mode packages.LoadMode) *packages.Config {
	return &packages.Config{Context: l.ctx, Dir: l.place(), Mode: mode}
}

// exports returns, for each import path, the package's name and the names that it
// exports. It leaves out paths that cannot be found.
func (l *loader) exports(paths []string) (map[string]exports, error) {
	listed, err := golist.Ask(l.config(packages.NeedName|packages.NeedFiles), paths)
	if err != nil {
		return nil, err
	}
	found := make(map[string]exports)
	for _, p := range listed {
		if p.Name == "" {
			continue
		}
		e := exports{name: p.Name, names: make(map[string]bool)}
		for _, path := range p.GoFiles {
			syntax, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			for _, ident := range declared(syntax) {
				e.names[ident.Name] = true
			}
		}
		found[p.PkgPath] = e
	}
	return found, nil
}
