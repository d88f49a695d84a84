package generator

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// parse returns the packages of the sources with what they declare. This includes
// packages without signals, since they may have had some.
func parse(fset *token.FileSet, sources []*source, errs *Errors) []*pkg {
	var packages []*pkg
	for _, src := range sources {
		dir := &folder{path: src.dir, name: src.rel, owner: src.owner, root: src.root, wired: src.wired, wiredAt: src.wiredAt, whole: src.whole, generated: src.generated, foreign: make(map[string]bool)}
		p := &packageParser{fset: fset, src: src, errs: errs, pkg: newPkg(dir, src.path, packageName(src))}
		p.parse(inPackage(src.files, p.pkg.name, false))
		packages = append(packages, p.pkg)
		if tests := inPackage(src.files, p.pkg.name, true); len(tests) > 0 {
			outer := &packageParser{fset: fset, src: src, errs: errs, pkg: newPkg(dir, src.path+"_test", p.pkg.name+"_test")}
			outer.pkg.inner = p.pkg
			outer.parse(tests)
			packages = append(packages, outer.pkg)
		}
	}
	return packages
}

func newPkg(dir *folder, path, name string) *pkg {
	return &pkg{
		folder: dir, path: path, name: name,
		names: make(names), defined: make(map[string]bool), aliases: make(map[string]alias),
		dotImports: make(names), imported: make(map[string]bool), importedAs: make(names),
	}
}

// packageName returns the name of a source's package. It comes from the go command, or
// if that does not know it, from the first file that is in some build.
func packageName(src *source) string {
	if src.name != "" {
		return src.name
	}
	name := ""
	for _, f := range src.files {
		name = f.syntax.Name.Name
		if isTest(f) {
			name = strings.TrimSuffix(name, "_test")
		}
		if mayShareBuild(f.in, condition{}) {
			break
		}
	}
	return name
}

// inPackage returns the files of the package itself, including those with a wrong name,
// or those of its external tests.
func inPackage(files []*file, name string, external bool) []*file {
	return slices.DeleteFunc(slices.Clone(files), func(f *file) bool {
		isExternal := isTest(f) && f.syntax.Name.Name == name+"_test"
		return isExternal != external
	})
}

// packageParser reads the declarations of one package.
type packageParser struct {
	fset *token.FileSet
	src  *source
	errs *Errors
	pkg  *pkg

	types map[string][]typeDecl // the types that the package declares
}

// typeDecl is a declaration of a type, with the imports of its file.
type typeDecl struct {
	*ast.TypeSpec
	imports []importedName
	in      condition
}

func (p *packageParser) parse(files []*file) {
	p.types = make(map[string][]typeDecl)
	if p.src.err != nil {
		p.failAt(p.src.err.Pos, "%s", p.src.err.Msg)
		return
	}
	for _, f := range files {
		p.checkSyntax(f)
		p.pkg.foreign[filepath.Base(f.name)] = true
		p.collectNames(f)
	}
	for _, f := range files {
		if len(f.invalid) > 0 {
			continue
		}
		fp := &fileParser{packageParser: p, file: f, imports: f.imports}
		fp.parse()
		fp.aliases()
	}
	for name, declared := range p.types {
		p.pkg.defined[name] = !slices.ContainsFunc(declared, func(t typeDecl) bool { return t.Assign.IsValid() })
	}
}

// fail records a mistake, which keeps the package's output as it is.
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

// checkSyntax reports a file that does not parse. Such a file may declare signals if it
// mentions signalgen. It may also be the only reason why none are found, so nothing may
// be removed.
func (p *packageParser) checkSyntax(f *file) {
	for _, e := range f.invalid {
		p.errs.add(e.Pos, "%s", e.Msg)
	}
	if len(f.invalid) > 0 && mentions(f.text) {
		p.pkg.broken = true
	}
	p.pkg.partial = p.pkg.partial || len(f.invalid) > 0
}

// collectNames records what f declares at the top level of the package.
func (p *packageParser) collectNames(f *file) {
	if f.syntax.Name.Name != p.pkg.name {
		return
	}
	for spec := range typesOf(f.syntax) {
		p.types[spec.Name.Name] = append(p.types[spec.Name.Name], typeDecl{spec, f.imports, f.in})
	}
	for _, i := range f.imports {
		if !f.in.test {
			p.pkg.imported[i.path] = true
		}
	}
	if p.pkg.name == "main" && !f.in.test && mentionsAny(f.syntax, connectWired, connectWiredTo) {
		p.pkg.callsWired = true
	}
	for method, pos := range methodsOf(f.syntax) {
		p.pkg.names.add(method, p.position(pos), f.in)
	}
	for _, ident := range declared(f.syntax) {
		p.pkg.names.add(ident.Name, p.position(ident.Pos()), f.in)
	}
	for _, spec := range f.syntax.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			path, _ := strconv.Unquote(spec.Path.Value)
			p.pkg.dotImports.add(path, p.position(spec.Name.Pos()), f.in)
		} else if spec.Name != nil {
			p.pkg.importedAs.add(spec.Name.Name, p.position(spec.Name.Pos()), f.in)
		}
	}
}

// fileParser reads the declarations of one file.
type fileParser struct {
	*packageParser
	file    *file
	imports []importedName
	params  map[string]ast.Expr // the type parameters of the current declaration, with their constraints
}

// parse finds the signals and receivers of the file. It looks at every comment, so that
// no directive in a wrong place is overlooked.
func (p *fileParser) parse() {
	declarations := declarationsOf(p.file.syntax)
	for _, group := range p.file.syntax.Comments {
		var found []*directive
		node, isDoc := declarations[group]
		_, isFile := node.(*ast.File)
		for _, c := range group.List {
			if d := p.directive(c, isDoc && !isFile); d != nil {
				found = append(found, d)
			}
		}
		if len(found) > 0 {
			p.declaration(declarations[group], group, found)
		}
	}
}

// declaration reads a declaration that has directives in its doc comment.
func (p *fileParser) declaration(node ast.Node, doc *ast.CommentGroup, directives []*directive) {
	name := directives[0].name
	for _, d := range directives[1:] {
		if d.name != name {
			p.fail(d.pos, "found //signalgen:%s beside //signalgen:%s; wanted one of them", d.name, name)
			return
		}
	}
	wanted := directiveForms[name].on
	switch node := node.(type) {
	case *ast.TypeSpec:
		if name != "signal" {
			p.fail(directives[0].pos, "//signalgen:%s is on type %s; wanted it on %s", name, node.Name.Name, wanted)
			return
		}
		if len(directives) > 1 {
			p.fail(directives[1].pos, "%s has two //signalgen:signal directives; wanted one", node.Name.Name)
			return
		}
		p.signal(node, doc, directives[0])
	case *ast.FuncDecl:
		if name != "receiver" {
			p.fail(directives[0].pos, "//signalgen:%s is on func %s; wanted it on %s", name, node.Name.Name, wanted)
			return
		}
		p.receiver(node, directives)
	case *ast.GenDecl:
		p.fail(directives[0].pos, "//signalgen:%s is on %s; wanted it on %s", name, describe(node), wanted)
	case *ast.File:
		if name != "unwired" {
			p.fail(directives[0].pos, "//signalgen:%s is on package %s; wanted it on %s", name, node.Name.Name, wanted)
			return
		}
		p.pkg.unwired = true
	default:
		if name != "unwired" {
			wanted += " at the top level of the file"
		}
		p.fail(directives[0].pos, "//signalgen:%s does not belong to a declaration; wanted it in the doc comment of %s, with no blank line between", name, wanted)
	}
}

// aliases records the types to which the file gives other names. A name that is
// declared for several builds is not resolved.
func (p *fileParser) aliases() {
	for spec := range typesOf(p.file.syntax) {
		if !spec.Assign.IsValid() || spec.TypeParams != nil || len(p.types[spec.Name.Name]) != 1 {
			continue
		}
		if typ := p.typeExpr(ast.Unparen(spec.Type)); len(typ) == 1 && typ[0].isName() {
			p.pkg.aliases[spec.Name.Name] = alias{typ[0], p.imports}
		}
	}
}

// signal reads one declaration.
func (p *fileParser) signal(spec *ast.TypeSpec, doc *ast.CommentGroup, d *directive) {
	name := spec.Name.Name
	switch {
	case name == "_":
		p.fail(spec.Pos(), "a signal needs a name; found _")
		return
	case p.file.syntax.Name.Name != p.pkg.name:
		p.fail(spec.Pos(), "signal %s is in package %s; wanted package %s, as in the folder's other files", name, p.file.syntax.Name.Name, p.pkg.name)
		return
	}
	s := &signal{
		name:    name,
		pos:     p.position(spec.Name.Pos()),
		stable:  p.pkg.path + "." + name,
		doc:     docLines(doc),
		imports: p.imports,
		in:      p.file.in,
		private: d.has("private"),
	}
	if d.has("name") {
		s.stable = d.values["name"]
	}
	p.typeParams(s, spec.TypeParams)
	switch typ := ast.Unparen(spec.Type).(type) {
	case *ast.FuncType:
		if p.signature(s, typ) && d.has("sender") {
			p.signatureSender(s, spec)
		}
	default:
		p.payload(s, spec)
		if d.has("sender") {
			p.payloadSender(s, spec)
		}
	}
	p.pkg.signals = append(p.pkg.signals, s)
	p.params = nil
}

// payload reads a signal that is declared as a type of data.
func (p *fileParser) payload(s *signal, spec *ast.TypeSpec) {
	written := ast.Unparen(spec.Type)
	s.written = p.typeExpr(written)
	switch written.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.IndexListExpr:
		s.converts = !spec.Assign.IsValid()
		s.isAlias = spec.Assign.IsValid()
	}
	switch typ := p.underlying(written).(type) {
	case *ast.StructType:
		s.kind = aStruct
	case *ast.FuncType:
		p.failAt(s.pos, "signal %s is a func type under another name; wanted the func type itself, as at %s", s.name, p.position(typ.Pos()))
	case *ast.InterfaceType:
		s.kind = anInterface
	}
	if at := p.constraintIn(written, make(map[string]bool)); at != nil {
		p.fail(at.Pos(), "signal %s is a type constraint; wanted a type that a variable can have", s.name)
		return
	}
	s.params = []param{{name: "data", declared: "data", typ: typeExpr{{text: s.name, path: p.pkg.path, called: p.pkg.name}}}}
	if s.isGeneric() {
		s.params[0].typ = append(s.params[0].typ, typePart{text: s.typeArgs()})
	}
	s.fails = true
}
