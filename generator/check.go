package generator

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// check reports generated names that clash with each other or with the package's own.
func check(packages []*pkg, errs *Errors) {
	for _, p := range packages {
		c := checker{p, errs}
		if !c.foreign() {
			c.reserved()
			c.signals()
			c.receivers()
		}
	}
	checkDotImports(packages, errs)
	checkStable(packages, errs)
}

// checker checks the names of one package.
type checker struct {
	*pkg
	errs *Errors
}

func (c checker) fail(pos token.Position, format string, args ...any) {
	c.broken = true
	c.errs.add(pos, format, args...)
}

// foreign reports whether a file that signalgen has not written has the name of an
// output. Its declarations may be those that signalgen is about to generate.
func (c checker) foreign() bool {
	found := false
	for _, o := range c.outputs() {
		if c.pkg.foreign[filepath.Base(o.path)] {
			c.fail(token.Position{Filename: o.name}, notOurs, header)
			found = true
		}
	}
	return found
}

// reserved reports declared names that generated code needs for something else.
func (c checker) reserved() {
	for _, o := range c.outputs() {
		for _, name := range []string{"any", "append", "bool", "error", "make", "nil", "recover", "string"} {
			if pos, found := c.names.clash(name, o.in); found {
				c.fail(pos, "%s is declared here; generated code needs the predeclared one", name)
			}
		}
	}
	if !hasSet(c.pkg.signals) {
		return
	}
	for _, name := range []string{setType, defaultSet} {
		if pos, found := c.names.clash(name, condition{}); found {
			c.fail(pos, "%s is declared here; signalgen generates it for the package's signals", name)
		}
	}
}

// signals reports generated names of signals that are already declared.
func (c checker) signals() {
	generated := make(map[string][]*signal)
	for _, s := range c.pkg.signals {
		if slices.Contains(setMethods, s.name) && s.inSet() {
			c.fail(s.pos, "signal %s has the name of a method of %s; wanted another name", s.name, setType)
		}
		for _, name := range s.generatedNames() {
			if other := sharingBuild(generated[name], s); other != nil {
				c.fail(s.pos, "%s would be generated for signal %s and for signal %s (%s)", name, s.name, other.name, other.pos)
			}
			generated[name] = append(generated[name], s)
			if pos, found := c.names.clash(name, s.in); found {
				c.fail(pos, "%s is declared here; signalgen generates it for signal %s (%s)", name, s.name, s.pos)
			}
			if pos, found := c.importedAs.clash(name, s.in); found {
				c.fail(pos, "%s is an import here; signalgen generates it for signal %s (%s)", name, s.name, s.pos)
			}
		}
	}
}

// receivers reports generated names of receivers that are already declared.
func (c checker) receivers() {
	for _, o := range c.outputs() {
		for _, group := range groupsOf(o.receivers) {
			for _, name := range []string{o.connectName(), o.connectName() + "To"} {
				c.signalNamed(name, group[0])
				name = strings.TrimPrefix(group[0].owner+"."+name, ".")
				if pos, found := c.names.clash(name, o.in); found {
					c.fail(pos, "%s is declared here; signalgen generates it for receiver %s (%s)", name, group[0].name, group[0].pos)
				}
			}
		}
	}
}

// signalNamed reports a signal whose name is generated for a func that connects
// receivers.
func (c checker) signalNamed(name string, r *receiver) {
	for _, s := range c.pkg.signals {
		if r.owner == "" && mayShareBuild(s.in, r.in) && slices.Contains(s.generatedNames(), name) {
			c.fail(s.pos, "%s would be generated for signal %s and for receiver %s (%s)", name, s.name, r.name, r.pos)
		}
	}
}

// sharingBuild returns the first of the signals that may be in one build with s.
func sharingBuild(signals []*signal, s *signal) *signal {
	i := slices.IndexFunc(signals, func(other *signal) bool { return mayShareBuild(other.in, s.in) })
	if i < 0 {
		return nil
	}
	return signals[i]
}

// checkDotImports reports names that are generated both for a package and for one that
// its files import with a dot.
func checkDotImports(packages []*pkg, errs *Errors) {
	byPath := make(map[string]*pkg)
	for _, p := range packages {
		byPath[p.path] = p
	}
	for _, p := range packages {
		for path, places := range p.dotImports {
			other := byPath[path]
			if other == nil {
				continue
			}
			for _, name := range p.sharedNames() {
				if slices.Contains(other.sharedNames(), name) {
					p.broken = true
					errs.add(places[0].pos, "%s is imported here with all its names, and %s among them is generated for this package too; wanted an import with a name", path, name)
					break
				}
			}
		}
	}
}

// sharedNames returns the names that are the same in all packages for which they are
// generated.
func (p *pkg) sharedNames() []string {
	var names []string
	if hasSet(p.signals) {
		names = append(names, setType, defaultSet)
	}
	for _, o := range p.outputs() {
		if slices.ContainsFunc(o.receivers, func(r *receiver) bool { return r.owner == "" }) {
			names = append(names, o.connectName(), o.connectName()+"To")
		}
	}
	return names
}

// checkStable reports signals of one module that have the same stable name and may be in
// one build. The tests of two packages are never in one build, and neither are two
// packages main. Modules may be programs that exchange signals, each with a declaration
// of its own.
func checkStable(packages []*pkg, errs *Errors) {
	type owned struct {
		*signal
		pkg *pkg
	}
	known := make(map[string][]owned)
	for _, p := range packages {
		for _, s := range p.signals {
			for _, other := range known[s.stable] {
				if other.pkg.root != p.root {
					continue
				}
				if other.pkg.folder != p.folder && (s.in.test || other.in.test || p.name == "main" && other.pkg.name == "main") {
					continue
				}
				if mayShareBuild(s.in, other.in) {
					p.broken = true
					errs.add(s.pos, "signal %s has the name %s; signal %s has it too (%s)", s.name, s.stable, other.name, other.pos)
					break
				}
			}
			known[s.stable] = append(known[s.stable], owned{s, p})
		}
	}
}
