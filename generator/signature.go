package generator

import (
	"go/ast"
	"slices"
)

// signature reads a signal that is declared as a func type. It reports whether the
// parameters are valid.
func (p *fileParser) signature(s *signal, fn *ast.FuncType) bool {
	s.isFunc = true
	fields := flatten(fn.Params)
	switch {
	case len(fields) == 0:
		p.fail(fn.Params.Pos(), "signal %s has no parameters; wanted context.Context as the first", s.name)
		return false
	case !p.isContext(fields[0].typ):
		found := p.source(fields[0].typ)
		if found == "context.Context" {
			found += ", of a package that the file does not import,"
		}
		p.fail(fields[0].typ.Pos(), "signal %s has %s as its first parameter; wanted context.Context of package context", s.name, found)
		return false
	}
	for _, f := range fields[1:] {
		s.params = append(s.params, p.param(f))
	}
	p.results(s, fn)
	return true
}

// results reads what the receivers of s return.
func (p *fileParser) results(s *signal, fn *ast.FuncType) {
	results := flatten(fn.Results)
	if n := len(results); n > 0 && p.isError(results[n-1].typ) {
		s.fails = true
		results = results[:n-1]
	}
	if len(results) > 1 {
		p.fail(fn.Results.Pos(), "signal %s has the results %s; wanted none, error, R or (R, error)", s.name, p.source(fn.Results))
		return
	}
	if len(results) == 1 {
		s.value = p.typeExpr(results[0].typ)
	}
}

// field is one parameter or result.
type field struct {
	name string // empty if it has none
	typ  ast.Expr
}

// flatten returns a field for each name of a list.
func flatten(list *ast.FieldList) []field {
	var fields []field
	if list == nil {
		return nil
	}
	for _, f := range list.List {
		if len(f.Names) == 0 {
			fields = append(fields, field{typ: f.Type})
		}
		for _, name := range f.Names {
			fields = append(fields, field{name: name.Name, typ: f.Type})
		}
	}
	return fields
}

// contextPaths are the packages whose Context is context.Context.
var contextPaths = []string{contextPath, "golang.org/x/net/context"}

// isContext reports whether expr is context.Context or an alias of it, under whatever
// name the file imports it.
func (p *fileParser) isContext(expr ast.Expr) bool {
	expr, imports := p.unalias(expr, p.imports)
	var pkg, name *ast.Ident
	switch expr := expr.(type) {
	case *ast.SelectorExpr:
		pkg, _ = expr.X.(*ast.Ident)
		name = expr.Sel
	case *ast.Ident:
		pkg, name = ast.NewIdent("."), expr
	}
	if pkg == nil || name.Name != "Context" {
		return false
	}
	for _, i := range imports {
		if slices.Contains(contextPaths, i.path) && (i.name == pkg.Name || i.name == "" && pkg.Name == "context") {
			return true
		}
	}
	return false
}

// isError reports whether expr is the predeclared error, or an alias of it.
func (p *fileParser) isError(expr ast.Expr) bool {
	expr, _ = p.unalias(expr, nil)
	ident, ok := expr.(*ast.Ident)
	return ok && ident.Name == "error" && !p.declares(ident)
}

// unalias follows the aliases that the package declares. It returns a type and the
// imports of the file in which it is written.
func (p *fileParser) unalias(expr ast.Expr, imports []importedName) (ast.Expr, []importedName) {
	return p.follow(expr, imports, func(t typeDecl) bool { return t.Assign.IsValid() })
}

// underlying follows the names of types that the package declares.
func (p *fileParser) underlying(expr ast.Expr) ast.Expr {
	expr, _ = p.follow(expr, nil, func(typeDecl) bool { return true })
	return expr
}

// follow goes from one of the package's own names to the type that it is declared as,
// through declarations for which through returns true.
func (p *fileParser) follow(expr ast.Expr, imports []importedName, through func(typeDecl) bool) (ast.Expr, []importedName) {
	for range len(p.types) + 1 { // a type may be declared as itself, which the compiler rejects
		expr = ast.Unparen(expr)
		name, ok := expr.(*ast.Ident)
		if !ok || p.params[name.Name] != nil {
			break
		}
		decl, found := p.typeNamed(name.Name)
		if !found || !through(decl) {
			break
		}
		expr, imports = decl.Type, decl.imports
	}
	return expr, imports
}

// typeNamed returns the declaration of a type in the builds of the file.
func (p *fileParser) typeNamed(name string) (decl typeDecl, found bool) {
	i := slices.IndexFunc(p.types[name], func(t typeDecl) bool { return mayShareBuild(t.in, p.file.in) })
	if i < 0 {
		return typeDecl{}, false
	}
	return p.types[name][i], true
}

// declares reports whether the package itself declares the name.
func (p *fileParser) declares(name *ast.Ident) bool {
	_, found := p.pkg.names[name.Name]
	return found
}

// hasDotImport reports whether names in the file may come from other packages.
func (p *fileParser) hasDotImport() bool {
	for _, i := range p.imports {
		if i.name == "." {
			return true
		}
	}
	return false
}
