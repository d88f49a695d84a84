package generator

import (
	"go/ast"
	"go/token"
	"path/filepath"
)

// outputName is the file that a package's signals are generated into.
const outputName = "signals_gen.go"

// parse returns what the packages declare. A package without signals is among
// them, for it may have had some.
func parse(fset *token.FileSet, sources []*source, errs *Errors) []*pkg {
	packages := make([]*pkg, 0, len(sources))
	for _, src := range sources {
		p := &packageParser{fset: fset, src: src, errs: errs}
		packages = append(packages, p.parse())
	}
	return packages
}

// packageParser reads the declarations of one package.
type packageParser struct {
	fset *token.FileSet
	src  *source
	errs *Errors
	pkg  *pkg

	types map[string]typeDecl // the types that the package declares
}

// typeDecl is a type's declaration, with what its file imports.
type typeDecl struct {
	*ast.TypeSpec
	imports []importedName
}

func (p *packageParser) parse() *pkg {
	p.pkg = &pkg{
		path:       p.src.path,
		name:       p.src.name,
		output:     filepath.Join(p.src.dir, outputName),
		outputName: filepath.Join(p.src.rel, outputName),
		names:      make(map[string]token.Position),
		aliases:    make(map[string]token.Position),
	}
	p.types = make(map[string]typeDecl)
	if p.src.err != nil {
		p.failAt(token.Position{Filename: p.src.rel}, "%v", p.src.err)
		return p.pkg
	}
	for _, f := range p.src.files {
		if f.syntax == nil {
			return p.pkg // nothing mentions signalgen
		}
		p.checkSyntax(f)
		p.pkg.foreign = p.pkg.foreign || filepath.Base(f.name) == outputName
		p.collectNames(f)
	}
	for _, f := range p.src.files {
		if len(f.invalid) > 0 {
			continue
		}
		fp := &fileParser{packageParser: p, file: f, imports: importsOf(f.syntax)}
		fp.parse()
	}
	return p.pkg
}

// fail notes a mistake, because of which the package's output stays as it is.
func (p *packageParser) fail(pos token.Pos, format string, args ...any) {
	p.failAt(p.position(pos), format, args...)
}

func (p *packageParser) failAt(pos token.Position, format string, args ...any) {
	p.pkg.broken = true
	p.errs.add(pos, format, args...)
}

func (p *packageParser) position(pos token.Pos) token.Position {
	return p.fset.PositionFor(pos, false)
}

// checkSyntax reports a file that does not parse. Such a file may declare
// signals if it mentions signalgen; and it may be the only reason why none are
// found, so that nothing must be removed.
func (p *packageParser) checkSyntax(f *file) {
	for _, e := range f.invalid {
		p.errs.add(e.Pos, "%s", e.Msg)
	}
	if len(f.invalid) > 0 && mentions(f.text) {
		p.pkg.broken = true
	}
	p.pkg.partial = p.pkg.partial || len(f.invalid) > 0
}

// collectNames notes what f declares at the top level of the package.
func (p *packageParser) collectNames(f *file) {
	if p.pkg.name == "" && !isTest(f) {
		p.pkg.name = f.syntax.Name.Name
	}
	if f.syntax.Name.Name != p.pkg.name {
		return
	}
	for spec := range typesOf(f.syntax) {
		p.types[spec.Name.Name] = typeDecl{spec, importsOf(f.syntax)}
	}
	for _, ident := range declared(f.syntax) {
		note(p.pkg.names, ident, p.position(ident.Pos()))
	}
	for _, spec := range f.syntax.Imports {
		if spec.Name != nil {
			note(p.pkg.aliases, spec.Name, p.position(spec.Name.Pos()))
		}
	}
}

// note keeps the first place of a name.
func note(names map[string]token.Position, ident *ast.Ident, pos token.Position) {
	if _, found := names[ident.Name]; !found {
		names[ident.Name] = pos
	}
}

// fileParser reads the declarations of one file.
type fileParser struct {
	*packageParser
	file    *file
	imports []importedName
}

// parse finds the signals of the file. Every comment is looked at, so that no
// directive is overlooked because it stands in the wrong place.
func (p *fileParser) parse() {
	types := make(map[*ast.CommentGroup]*ast.TypeSpec)
	for spec, doc := range typesOf(p.file.syntax) {
		types[doc] = spec // nil is no group of comments
	}
	for _, group := range p.file.syntax.Comments {
		var found []*directive
		for _, c := range group.List {
			if d := p.directive(c); d != nil {
				found = append(found, d)
			}
		}
		if len(found) == 0 {
			continue
		}
		spec := types[group]
		if spec == nil {
			if other := documented(p.file.syntax, group); other != "" {
				p.fail(found[0].pos, "//signalgen:%s is on %s; wanted it on a type", found[0].name, other)
				continue
			}
			p.fail(found[0].pos, "//signalgen:%s belongs to no declaration; wanted it in the doc comment of a type at the top level of the file, with no blank line between", found[0].name)
			continue
		}
		if len(found) > 1 {
			p.fail(found[1].pos, "%s has two //signalgen:signal directives; wanted one", spec.Name.Name)
			continue
		}
		p.signal(spec, group, found[0])
	}
}

// signal reads one declaration.
func (p *fileParser) signal(spec *ast.TypeSpec, doc *ast.CommentGroup, d *directive) {
	name := spec.Name.Name
	switch {
	case name == "_":
		p.fail(spec.Pos(), "a signal needs a name; found _")
		return
	case isTest(p.file):
		p.fail(spec.Pos(), "signal %s is in a test file; wanted one that is always built", name)
		return
	case p.file.syntax.Name.Name != p.pkg.name:
		p.fail(spec.Pos(), "signal %s is in package %s; wanted package %s, as the folder's other files", name, p.file.syntax.Name.Name, p.pkg.name)
		return
	case isConstrained(p.file):
		p.fail(spec.Pos(), "signal %s is in a file with a build constraint; wanted one that is always built", name)
		return
	}
	s := &signal{
		name:    name,
		pos:     p.position(spec.Name.Pos()),
		stable:  p.pkg.path + "." + name,
		doc:     docLines(doc),
		imports: p.imports,
	}
	if d.stable != "" {
		s.stable = d.stable
	}
	p.typeParams(s, spec.TypeParams)
	switch typ := ast.Unparen(spec.Type).(type) {
	case *ast.FuncType:
		if p.signature(s, typ) && d.sender {
			p.signatureSender(s, spec)
		}
	default:
		p.payload(s, typ)
		if d.sender {
			p.payloadSender(s, spec)
		}
	}
	p.pkg.signals = append(p.pkg.signals, s)
}

// payload reads a signal that is declared as a type of data.
func (p *fileParser) payload(s *signal, typ ast.Expr) {
	switch typ := p.underlying(typ).(type) {
	case *ast.FuncType:
		p.failAt(s.pos, "signal %s is a func type under another name; wanted the func type itself, as at %s", s.name, p.position(typ.Pos()))
	case *ast.InterfaceType:
		for _, element := range typ.Methods.List {
			if isConstraint(element) {
				p.fail(element.Pos(), "signal %s is a constraint for type parameters; wanted a type that values have", s.name)
				return
			}
		}
	}
	s.params = []param{{name: "data", typ: typeExpr{{text: s.name + s.typeArgs()}}}}
	s.fails = true
}

// typeParams reads the type parameters of a generic signal.
func (p *fileParser) typeParams(s *signal, list *ast.FieldList) {
	for _, f := range flatten(list) {
		if f.name == "_" {
			p.fail(f.typ.Pos(), "signal %s has a type parameter without a name; wanted one to refer to", s.name)
		}
		s.typeParams = append(s.typeParams, typeParam{f.name, p.typeExpr(f.typ)})
	}
}

// isConstraint reports whether an element of an interface leaves the interface
// to be a constraint only, as far as the syntax shows.
func isConstraint(element *ast.Field) bool {
	switch typ := element.Type.(type) {
	case *ast.UnaryExpr, *ast.BinaryExpr:
		return true
	case *ast.Ident:
		return len(element.Names) == 0 && typ.Name == "comparable"
	default:
		return false
	}
}
