package generator

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// receiver reads the func of a //signalgen:receiver directive. A func may have several,
// each for another signal.
func (p *fileParser) receiver(fn *ast.FuncDecl, directives []*directive) {
	switch {
	case isTest(p.file):
		p.fail(directives[0].pos, "receiver %s is in a test file; wanted one that is built with the package: a test connects its receivers itself", fn.Name.Name)
		return
	case p.file.syntax.Name.Name != p.pkg.name:
		p.fail(directives[0].pos, "receiver %s is in package %s; wanted package %s, as in the folder's other files", fn.Name.Name, p.file.syntax.Name.Name, p.pkg.name)
		return
	case fn.Name.Name == "_":
		p.fail(fn.Name.Pos(), "a receiver needs a name; found _")
		return
	case fn.Recv == nil && (fn.Name.Name == "init" || fn.Name.Name == "main" && p.pkg.name == "main"):
		p.fail(fn.Name.Pos(), "receiver %s is called by Go itself, so no other func can name it; wanted another name", fn.Name.Name)
		return
	case fn.Type.TypeParams != nil:
		p.fail(fn.Type.TypeParams.Pos(), "receiver %s has type parameters; wanted none, since nothing says what they are", fn.Name.Name)
		return
	}
	p.params = ownerParams(fn)
	defer func() { p.params = nil }()
	seen := make(map[string]bool)
	for _, d := range directives {
		if seen[d.target] {
			p.fail(d.pos, "%s has two directives for one signal; wanted one", fn.Name.Name)
			continue
		}
		seen[d.target] = true
		r := &receiver{name: fn.Name.Name, path: p.pkg.path, pos: p.position(fn.Name.Pos()), imports: p.imports, in: p.file.in, source: p.signatureSource(fn.Type), synopsis: synopsis(fn.Doc)}
		p.owner(r, fn)
		p.target(r, d)
		p.options(r, d)
		if p.receiverSignature(r, fn.Type) {
			p.pkg.receivers = append(p.pkg.receivers, r)
		}
	}
}

// signatureSource returns the type of a func as the file writes it.
func (p *fileParser) signatureSource(fn *ast.FuncType) string {
	return "func" + p.copyTokens(fn.Params.Pos(), fn.End(), nil).text("")
}

// owner reads the type whose method the receiver is.
func (p *fileParser) owner(r *receiver, fn *ast.FuncDecl) {
	fields := flatten(fn.Recv)
	if len(fields) != 1 {
		return
	}
	_, r.pointer = ast.Unparen(fields[0].typ).(*ast.StarExpr)
	typ := pointee(fields[0].typ)
	if name := baseOf(typ); name != nil {
		r.owner = name.Name
		r.ownerType = p.source(typ)
		if named, ok := p.types[r.owner]; ok && named[0].Assign.IsValid() {
			if real, _ := p.unalias(name, nil); baseOf(real) == real {
				r.owner, r.ownerType = baseOf(real).Name, baseOf(real).Name
			}
		}
	}
	p.typeArgs(r, typ)
}

// ownerParams returns the names of the owner's type parameters in a method.
func ownerParams(fn *ast.FuncDecl) map[string]ast.Expr {
	params := make(map[string]ast.Expr)
	for _, f := range flatten(fn.Recv) {
		for _, arg := range typeArgsOf(pointee(f.typ)) {
			if name, ok := arg.(*ast.Ident); ok {
				params[name.Name] = name
			}
		}
	}
	return params
}

// typeArgs checks the names of the type parameters in the methods of a generic type.
// The one method that connects all of them uses the same names.
func (p *fileParser) typeArgs(r *receiver, typ ast.Expr) {
	for _, arg := range typeArgsOf(typ) {
		if name, ok := arg.(*ast.Ident); ok && name.Name == "_" {
			p.fail(name.Pos(), "method %s leaves a type parameter of %s without a name; wanted one to refer to", r.name, r.owner)
			return
		}
	}
	for _, other := range p.pkg.receivers {
		if other.owner == r.owner && other.ownerType != r.ownerType {
			p.fail(typ.Pos(), "method %s has %s as its receiver; wanted %s, as method %s has it (%s), since one method connects both", r.name, r.ownerType, other.ownerType, other.name, other.pos)
			return
		}
	}
}

// target reads what the directive says about the signal: its name, as the file would
// write it, or its package's import path and its name.
func (p *fileParser) target(r *receiver, d *directive) {
	r.at = r.pos
	if d.target == "" {
		return
	}
	r.at = p.position(d.at)
	dot := strings.LastIndexByte(d.target, '.')
	pkg, name := d.target[:max(dot, 0)], d.target[dot+1:]
	if !token.IsIdentifier(name) || dot == 0 {
		p.fail(d.at, "%s is not a signal; wanted its name, or its package's import path, a dot and its name", d.target)
		return
	}
	r.target = typePart{text: name, pos: r.at}
	switch {
	case dot < 0 && p.hasDotImport() && !p.declares(ast.NewIdent(name)):
		r.target.qualifier = "."
	case dot < 0:
		r.target.path = p.pkg.path
	case token.IsIdentifier(pkg) && p.importsAs(pkg):
		r.target.qualifier = pkg
	default:
		r.target.path = pkg
	}
}

// importsAs reports whether the file may use this name for one of its imports.
func (p *fileParser) importsAs(name string) bool {
	for _, i := range p.imports {
		if i.name == name || i.name == "" && (assumedName(i.path) == name || i.isOdd) {
			return true
		}
	}
	return false
}

// options reads how the receiver is connected.
func (p *fileParser) options(r *receiver, d *directive) {
	r.id, r.stable = d.values["id"], d.values["name"]
	r.once = d.has("once")
	r.priority, _ = strconv.Atoi(d.values["priority"])
	r.async, _ = strconv.Atoi(d.values["async"])
	r.overflow = d.values["overflow"]
	r.workers, _ = strconv.Atoi(d.values["workers"])
	if d.has("overflow") && !d.has("async") {
		p.fail(d.pos, "receiver %s has an overflow without a queue; wanted async=SIZE too", r.name)
	}
	if d.has("workers") && !d.has("async") {
		p.fail(d.pos, "receiver %s has workers without a queue; wanted async=SIZE too", r.name)
	}
}

// receiverSignature reads what the receiver takes and returns. It reports whether ctx
// is in the right place.
func (p *fileParser) receiverSignature(r *receiver, fn *ast.FuncType) bool {
	fields := flatten(fn.Params)
	if len(fields) > 0 && p.isContext(fields[0].typ) {
		r.takesContext = true
		fields = fields[1:]
	}
	for _, f := range fields {
		if p.isContext(f.typ) {
			p.fail(f.typ.Pos(), "receiver %s has context.Context after another parameter; wanted it first", r.name)
			return false
		}
		r.params = append(r.params, p.param(f))
	}
	results := flatten(fn.Results)
	if n := len(results); n > 0 && p.isError(results[n-1].typ) {
		r.fails = true
		results = results[:n-1]
	}
	for _, f := range results {
		r.results = append(r.results, p.typeExpr(f.typ))
	}
	return true
}

// param reads one parameter of a signature. Only the last one can have an
// ellipsis, or the file does not parse.
func (p *fileParser) param(f field) param {
	typ := f.typ
	ellipsis, variadic := typ.(*ast.Ellipsis)
	if variadic {
		typ = ellipsis.Elt
	}
	return param{name: f.name, declared: f.name, typ: p.typeExpr(typ), variadic: variadic}
}
