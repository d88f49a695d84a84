package generator

import (
	"cmp"
	"go/token"
	"maps"
	"slices"
)

// Names that wire files declare in package main.
const (
	connectWired            = "connectReceivers"
	connectWiredTo          = "connectReceiversTo"
	connectWiredConstrained = "connectConstrained" // a variable
	wiredSets               = "Sets"
)

// checkNames reports names of wire files that package main declares itself.
func (w *wire) checkNames(errs *Errors) {
	conditions := w.conditions()
	declared := map[string]condition{connectWiredTo: {}, wiredSets: {}}
	for _, in := range conditions {
		declared[connectWired+in.words()] = in
	}
	if len(conditions) > 1 {
		declared[connectWiredConstrained] = condition{}
	}
	for name, in := range declared {
		if pos, found := w.main.clash(name, in); found {
			errs.add(pos, "%s is taken here; signalgen generates it to connect the receivers of the program", name)
		}
	}
}

// clash returns where the package declares a name, imports something by that name, or
// has a signal for which the name is generated.
func (p *pkg) clash(name string, in condition) (token.Position, bool) {
	if pos, found := p.names.clash(name, in); found {
		return pos, true
	}
	for _, s := range p.signals {
		if mayShareBuild(s.in, in) && slices.Contains(s.generatedNames(), name) {
			return s.pos, true
		}
	}
	return p.importedAs.clash(name, in)
}

// wireNames are the names in wire files.
type wireNames struct {
	imports     map[string]importName
	sets        string            // the parameter
	fields      map[string]string // of Sets, by the import path of the signals
	variables   map[string]string // the set of each package of signals, by import path
	values      []string          // the parameters for the owners
	connections string
	connect     string
	taken       scope // all of them, and what they must not hide
}

// chooseNames chooses names that are free in package main.
func (w *wire) chooseNames() wireNames {
	n := wireNames{imports: nameWireImports(w), fields: make(map[string]string), variables: make(map[string]string), taken: make(scope)}
	for name := range w.main.names {
		n.taken.add(name)
	}
	for _, i := range n.imports {
		n.taken.add(i.name)
	}
	n.taken.add(setType, defaultSet, wiredSets, connectWired, connectWiredTo, connectWiredConstrained)
	n.sets = n.taken.pick("sets", "on")
	n.connections = n.taken.pick("connections", "all")
	n.connect = n.taken.pick("connect", "more")
	n.nameSets(w)
	n.nameValues(w)
	return n
}

// nameSets chooses names for the sets of signals. Packages with the same name are told
// apart by the folders above them, all of them: a package added later renames only
// these.
func (n wireNames) nameSets(w *wire) {
	paths := make(map[string][]string) // by the package's name
	for _, s := range w.signals {
		if all := paths[s.of.name]; s.inSet() && !slices.Contains(all, s.of.path) {
			paths[s.of.name] = append(all, s.of.path)
		}
	}
	fields := make(scope)
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		for _, path := range paths[name] {
			field := upperFirst(name)
			if len(paths[name]) > 1 {
				field = upperFirst(parentName(path)) + field
			}
			n.fields[path] = fields.pick(field, "Of"+field)
			variable := n.imports[path].name + setType
			if path == w.main.path {
				variable = lowerFirst(setType)
			}
			n.variables[path] = n.taken.pick(variable, variable+"Set")
		}
	}
}

// nameValues chooses names for the values whose methods are receivers. Types with the
// same name get the package's name in front.
func (n *wireNames) nameValues(w *wire) {
	types := make(map[string]int)
	for _, o := range w.owners {
		types[o.name]++
	}
	for _, o := range w.owners {
		qualified := cmp.Or(n.imports[o.path].name, w.main.name) + upperFirst(o.name)
		wanted := []string{lintName(o.name), qualified}
		if types[o.name] > 1 {
			wanted = wanted[1:]
		}
		n.values = append(n.values, n.taken.pick(wanted...))
	}
}

// valueOf returns the name of the value whose method a receiver is, or "" for a func.
func (n wireNames) valueOf(w *wire, r *receiver) string {
	for i, o := range w.owners {
		if o.owns(r) {
			return n.values[i]
		}
	}
	return ""
}

// nameWireImports chooses a name for each import of the files of a wire.
func nameWireImports(w *wire) map[string]importName {
	taken := make(scope)
	for name := range w.main.names {
		taken.add(name)
	}
	for _, s := range w.main.signals {
		taken.add(s.generatedNames()...)
	}
	taken.add(setType, defaultSet, wiredSets, connectWired, connectWiredTo, connectWiredConstrained, "init", "err")
	imports := make(map[string]importName)
	add := func(importPath, name string, certain bool) {
		if _, found := imports[importPath]; found || importPath == w.main.path || importPath == "" {
			return
		}
		picked := taken.pick(name, assumedName(importPath), parentName(importPath)+assumedName(importPath))
		imports[importPath] = importName{name: picked, alias: picked != assumedName(importPath) || !certain}
	}
	add(cmpPath, "cmp", true)
	add(contextPath, "context", true)
	add(runtimePath, "runtime", true)
	for _, s := range w.signals {
		add(s.of.path, s.of.name, true)
		for _, r := range s.receivers {
			add(r.path, w.packageNames[r.path], true)
		}
		for _, r := range s.receivers {
			for _, part := range slices.Concat(r.adapterTypes()...) {
				add(part.path, part.qualifier, part.certain)
			}
		}
	}
	return imports
}
