package generator_test

import (
	"fmt"
	"go/token"
	"strings"
)

// What a random package declares besides signals. Signals may use it.

// declared is a name at the top level of a package.
type declared struct {
	pkg  *goPackage
	name string
}

func (d declared) write(f *goFile) string { return f.use(d.pkg.path) + d.name }

func (d declared) traits() traits {
	if token.IsExported(d.name) {
		return 0
	}
	return isPrivate
}

// ownNames are names for types, including names that generated code uses for something
// else.
const ownNames = "Item Page Code Kind URL_2 Étoile ProductID s r ctx err data opts T owner loop ok from args response receiver receivers " +
	"runtime context iter slices weak std stdcontext held method sig étoile item_2 cap max int8 complex64 copy Owner"

// declare takes a name for a declaration.
func (p *goPackage) declare() declared { return declared{p, p.take(ownNames)} }

// declareTypes adds types, constants and variables to the files.
func (p *goPackage) declareTypes(files []*goFile) {
	if p.inner != nil {
		for _, t := range p.inner.types {
			if !t.is(isPrivate) {
				p.types = append(p.types, t)
			}
		}
	}
	p.declareNamed(files[0])
	p.declareAliases(pick(p.dice, files...))
	for range p.IntN(6) {
		pick(p.dice, p.declareStruct, p.declareDefined, p.declareAlias, p.declareGeneric, p.declareLength)(pick(p.dice, files...))
	}
}

// declareNamed adds a type that has all methods that interfaces ask for.
func (p *goPackage) declareNamed(f *goFile) {
	p.named = p.declare()
	f.add(fmt.Sprintf("type %s struct{ K int }\n\nfunc (%[1]s) Name() string { return \"\" }\n\n"+
		"func (%[1]s) Keep(_, _ string, _ ...any) error { return nil }", p.named.name))
}

// declareAliases adds other names for what every signature has.
func (p *goPackage) declareAliases(f *goFile) {
	p.context, p.failure = p.declare(), p.declare()
	f.decls = append(f.decls, func() string { return "type " + p.context.name + " = " + f.use("context") + "Context" })
	between := p.declare()
	f.add(fmt.Sprintf("type (\n\t%s = %s\n\t%[2]s = (error)\n)", p.failure.name, between.name))
	p.types = append(p.types, typ{p.failure.write, basics["error"].value, key | isError | p.failure.traits(), ""})
}

// define declares a type as another one.
func (p *goPackage) define(f *goFile, assign string, t typ) typ {
	name := p.declare()
	f.decls = append(f.decls, func() string { return "type " + name.name + assign + t.write(f) })
	defined := typ{name.write, func(f *goFile, k int) string {
		return "(" + name.write(f) + ")(" + t.value(f, k) + ")"
	}, t.traits | name.traits(), ""}
	p.types = append(p.types, defined)
	return defined
}

func (p *goPackage) declareStruct(f *goFile) {
	t := p.define(f, " ", scope{goFile: f}.structure(1))
	t.base = t.write(f)
	t.traits |= isStruct
	p.types = append(p.types, t)
}

func (p *goPackage) declareDefined(f *goFile) {
	t := scope{goFile: f}.typ(1, 0)
	t.traits &^= isError
	p.define(f, " ", t)
}

func (p *goPackage) declareAlias(f *goFile) { p.define(f, " = ", scope{goFile: f}.typ(1, 0)) }

// declareGeneric adds a generic type that declarations instantiate.
func (p *goPackage) declareGeneric(f *goFile) {
	name := p.declare()
	form := pick(p.dice,
		"type %s[K comparable, V any] struct {\n\tKey K\n\tValue V\n}",
		"type %s[s, ctx any] = struct {\n\tKey s\n\tValue ctx\n}",
	)
	f.add(fmt.Sprintf(form, name.name))
	p.generics = append(p.generics, func(s scope, depth int) typ {
		k, v := s.typ(depth, compares), s.typ(depth, 0)
		write := func(f *goFile) string { return fmt.Sprintf("%s[%s, %s]", name.write(f), k.write(f), v.write(f)) }
		return typ{write, func(f *goFile, n int) string {
			return fmt.Sprintf("%s{Key: %s, Value: %s}", write(f), k.value(f, n), v.value(f, n))
		}, structOf([]structField{{typ: k}, {typ: v}}, false).traits | name.traits(), ""}
	})
}

// declareLength adds something that determines the length of an array.
func (p *goPackage) declareLength(f *goFile) {
	name := p.declare()
	form, use := "const %s, _ = 2, iota", "%s"
	switch {
	case p.shadowed["iota"] || f.shadowed["iota"]:
		form = "const %s = 2"
	case p.oneIn(2):
		form, use = "var %s struct{ Side [3]int }", "len(%s.Side)"
	}
	f.add(fmt.Sprintf(form, name.name))
	p.lengths = append(p.lengths, length{func(f *goFile) string { return strings.ReplaceAll(use, "%s", name.write(f)) }, name.traits()})
}
