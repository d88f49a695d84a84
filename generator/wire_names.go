package generator

import (
	"slices"
	"strconv"
)

// The names in wire files.

// chainNames are the names in wire files for what belongs to one signal.
type chainNames struct {
	base string   // OrderPlaced
	runs []string // orderPlaced: what a run is called; its funcs are built on it
}

// nameChains chooses names for all chains that are free in package main.
func (w *wire) nameChains(imports map[string]importName) map[*chain]chainNames {
	taken := make(scope)
	taken.addAll(w.main)
	for _, i := range imports {
		taken.add(i.name)
	}
	for _, s := range w.main.signals {
		taken.add(s.generatedNames()...)
	}
	taken.add(setType, defaultSet, "init", "main")
	names := make(map[*chain]chainNames)
	for _, c := range w.chains {
		base := upperFirst(c.of.name) + upperFirst(c.signal.name)
		for !taken.areFree("wire"+base, lowerFirst(base), "call"+base, "restOf"+base) {
			base += "Chain"
		}
		taken.add("wire" + base)
		names[c] = chainNames{base: base, runs: taken.pickRuns(base, c.runs())}
	}
	return names
}

// pickRuns takes names for the runs of more than one receiver. Those of the first
// one, which base is chosen for, have no number.
func (s scope) pickRuns(base string, runs [][]*receiver) []string {
	names := make([]string, len(runs))
	chained := 0
	for i, run := range runs {
		if len(run) == 1 {
			continue
		}
		chained++
		name := base
		for k := chained; chained > 1 && !s.areFree(lowerFirst(name), "call"+name, "restOf"+name); k++ {
			name = base + strconv.Itoa(k)
		}
		s.add(lowerFirst(name), "call"+name, "restOf"+name)
		names[i] = name
	}
	return names
}

// areFree reports whether all names may be declared.
func (s scope) areFree(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !s.isFree(name) })
}

// paramNames are the names in the funcs of a run.
type paramNames struct {
	ctx, err, from, index, receive string
	params                         []string
}

// nameParams chooses names that hide nothing that the funcs of a run use.
func (e *emitter) nameParams(s *signal) paramNames {
	taken := e.taken()
	n := paramNames{
		ctx:     taken.pick("ctx", "sendCtx"),
		err:     taken.pick("err", "failure"),
		from:    taken.pick("from", "first"),
		index:   taken.pick("i", "index"),
		receive: taken.pick("receive", "receiver"),
	}
	for i, p := range s.params {
		name := lintNameOr(p.declared, "arg"+strconv.Itoa(i+1))
		n.params = append(n.params, taken.pick(name, name+"Arg"))
	}
	return n
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
	taken.add(setType, defaultSet, "init", "err")
	imports := make(map[string]importName)
	add := func(importPath, name string, certain bool) {
		if _, found := imports[importPath]; found || importPath == w.main.path || importPath == "" {
			return
		}
		picked := taken.pick(name, assumedName(importPath), parentName(importPath)+assumedName(importPath))
		imports[importPath] = importName{name: picked, alias: picked != assumedName(importPath) || !certain}
	}
	add(contextPath, "context", true)
	add(runtimePath, "runtime", true)
	for _, c := range w.chains {
		add(c.of.path, c.of.name, true)
		for _, r := range c.receivers {
			add(r.path, w.packageNames[r.path], true)
		}
		for _, p := range c.signal.params {
			for _, part := range p.typ {
				add(part.path, part.qualifier, part.certain)
			}
		}
		for _, r := range c.receivers {
			for _, part := range slices.Concat(r.adapterTypes()...) {
				if r.isNameable(w.main.path) {
					add(part.path, part.qualifier, part.certain)
				}
			}
		}
		for _, part := range c.signal.value {
			add(part.path, part.qualifier, part.certain)
		}
	}
	return imports
}
