package generator

import (
	"go/build"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// excludePrefix precedes a pattern of packages that a program is not wired with.
const excludePrefix = "!"

// included returns the patterns of a wire that name packages, in the form of the go
// command.
func included(patterns []string) []string {
	return slices.DeleteFunc(slices.Clone(patterns), func(p string) bool { return strings.HasPrefix(p, excludePrefix) })
}

// exclude removes the packages that patterns leave out. It reports a pattern that
// leaves out none, which is most likely misspelt.
func (w *wire) exclude(packages []*pkg, errs *Errors) []*pkg {
	left := packages
	for _, pattern := range w.patterns {
		pattern, found := strings.CutPrefix(pattern, excludePrefix)
		if !found {
			continue
		}
		isOut := matcher(pattern, w.main.folder.path)
		if !slices.ContainsFunc(packages, isOut) {
			errs.add(token.Position{Filename: filepath.Join(w.main.folder.name, wireName)}, "the pattern !%s leaves out no package; wanted one that matches a package of the other patterns", pattern)
		}
		left = slices.DeleteFunc(slices.Clone(left), isOut)
	}
	return left
}

// matcher returns a func that reports whether a package matches a pattern, which the go
// command would look up in dir.
func matcher(pattern, dir string) func(*pkg) bool {
	nameOf := func(p *pkg) string { return p.path }
	if build.IsLocalImport(pattern) {
		pattern = filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(pattern)))
		nameOf = func(p *pkg) string { return filepath.ToSlash(p.folder.path) }
	}
	expr := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\.\.\.`, `.*`)
	if below, found := strings.CutSuffix(expr, "/.*"); found {
		expr = below + "(/.*)?"
	}
	matches, err := regexp.Compile("^" + expr + "$")
	return func(p *pkg) bool { return err == nil && matches.MatchString(nameOf(p)) }
}
