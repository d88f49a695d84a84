package generator

import (
	"fmt"
	"maps"
	"slices"
)

// exports is what is needed to resolve names of a package.
type exports struct {
	name  string
	names map[string]bool // what its files declare at the top level
}

// resolve sets the import path of every name that comes from another package. The name
// of an import is the one that the file gives it, or the last element of its path. If
// that leaves a name open, and for dot imports, resolve calls ask: once, for all
// packages together.
func resolve(packages []*pkg, ask func(paths []string) (map[string]exports, error), errs *Errors) error {
	var open []reference
	for _, p := range packages {
		for _, s := range p.signals {
			s.resolveWritten(p)
		}
		p.resolveAliases()
		for _, ref := range p.references() {
			if !ref.resolve() {
				open = append(open, ref)
			}
		}
	}
	if len(open) == 0 {
		return nil
	}
	wanted := make(map[string]bool)
	for _, ref := range open {
		for _, i := range ref.candidates() {
			wanted[i.path] = true
		}
	}
	var known map[string]exports
	if len(wanted) > 0 {
		var err error
		if known, err = ask(slices.Sorted(maps.Keys(wanted))); err != nil {
			return err
		}
	}
	for _, ref := range open {
		ref.resolveBy(known, errs)
	}
	return nil
}

// reference is one name of another package in a declaration.
type reference struct {
	pkg     *pkg
	subject string // the declared signal or receiver
	imports []importedName
	part    *typePart
}

// references returns the names of other packages in the package's declarations.
func (p *pkg) references() []reference {
	var refs []reference
	for _, s := range p.signals {
		subject := "signal " + s.name
		for _, typ := range s.declaredTypes() {
			refs = append(refs, p.referencesIn(typ, subject, s.imports)...)
		}
		if s.sender != nil {
			refs = append(refs, p.referencesIn(s.sender.typ, subject, s.sender.imports)...)
		}
	}
	for _, r := range p.receivers {
		subject := "receiver " + r.name
		if r.target.qualifier != "" {
			refs = append(refs, reference{p, subject, r.imports, &r.target})
		}
		for _, param := range r.params {
			refs = append(refs, p.referencesIn(param.typ, subject, r.imports)...)
		}
		for _, result := range r.results {
			refs = append(refs, p.referencesIn(result, subject, r.imports)...)
		}
	}
	return refs
}

// referencesIn returns the names of other packages in a type.
func (p *pkg) referencesIn(typ typeExpr, subject string, imports []importedName) []reference {
	var refs []reference
	for i := range typ {
		if typ[i].qualifier != "" {
			refs = append(refs, reference{p, subject, imports, &typ[i]})
		}
	}
	return refs
}

// resolveWritten resolves the type that a payload is declared as. Generated code can do
// without it, so it is dropped if a name stays open.
func (s *signal) resolveWritten(p *pkg) {
	for _, ref := range p.referencesIn(s.written, "", s.imports) {
		if !ref.resolve() {
			s.written = nil
			return
		}
	}
}

// resolveAliases resolves what aliases stand for. An alias with a name that stays open
// stands for itself.
func (p *pkg) resolveAliases() {
	for name, a := range p.aliases {
		ref := reference{pkg: p, imports: a.imports, part: &a.of}
		if a.of.qualifier != "" && !ref.resolve() {
			delete(p.aliases, name)
			continue
		}
		p.aliases[name] = a
	}
}

// resolve finds the import from what the file says, and reports whether exactly one can
// be meant. An import whose package has another name than its path suggests can be
// meant by any name.
func (ref reference) resolve() bool {
	if ref.part.qualifier == "." {
		return false
	}
	for _, i := range ref.imports {
		if i.name == ref.part.qualifier {
			ref.part.path = i.path
			return true
		}
	}
	paths := ref.assumed()
	if len(paths) != 1 || slices.ContainsFunc(ref.imports, func(i importedName) bool { return i.isOdd }) {
		return false
	}
	ref.part.path = paths[0]
	ref.part.certain = true
	return true
}

// assumed returns the imports without a name whose path suggests the name in question.
func (ref reference) assumed() []string {
	var paths []string
	for _, i := range ref.imports {
		if i.name == "" && i.path != "C" && assumedName(i.path) == ref.part.qualifier {
			paths = append(paths, i.path)
		}
	}
	return paths
}

// candidates returns the imports that the name may come from.
func (ref reference) candidates() []importedName {
	name := "" // the file does not give the package's name
	if ref.part.qualifier == "." {
		name = "."
	}
	return slices.DeleteFunc(slices.Clone(ref.imports), func(i importedName) bool {
		return i.name != name || i.path == "C"
	})
}

// resolveBy finds the import with the help of the packages' own names.
func (ref reference) resolveBy(known map[string]exports, errs *Errors) {
	part := ref.part
	for _, i := range ref.candidates() {
		e := known[i.path]
		if part.qualifier == "." && e.names[part.text] || part.qualifier != "." && e.name == part.qualifier {
			part.path = i.path
			part.certain = e.name == assumedName(i.path)
			return
		}
	}
	if part.qualifier == "." {
		// Another file of the package may declare it later.
		part.qualifier, part.path = "", ref.pkg.path
		return
	}
	if paths := ref.assumed(); len(paths) == 1 && known[paths[0]].name == "" {
		part.path = paths[0] // it cannot be found, but it is the only one
		return
	}
	ref.pkg.broken = true
	if part.qualifier == "C" {
		errs.add(part.pos, "%s has the type C.%s; wanted a Go type, since cgo types cannot be named in another file", ref.subject, part.text)
		return
	}
	unknown := ""
	for _, i := range ref.candidates() {
		if known[i.path].name == "" {
			unknown += fmt.Sprintf("; the name of package %s is not known", i.path)
		}
	}
	errs.add(part.pos, "%s has the type %s.%s; wanted an import that is named %s%s", ref.subject, part.qualifier, part.text, part.qualifier, unknown)
}
