package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// indexer finds, once for all checks, what a package does with signals.
var indexer = &analysis.Analyzer{
	Name:       "signalgenindex",
	Doc:        "signalgenindex: find what a package does with signals, for the checks of signalgen",
	FactTypes:  []analysis.Fact{new(near)},
	ResultType: reflect.TypeFor[*index](),
	Run: func(pass *analysis.Pass) (any, error) {
		if !isNear(pass) {
			return &index{}, nil
		}
		pass.ExportPackageFact(new(near))
		return newIndex(pass), nil
	},
}

// near is the fact that a package imports the runtime, directly or not. Other packages,
// such as most of the standard library, need no check.
type near struct{}

// AFact makes near a fact, which importing packages can see.
func (*near) AFact() {}

func (*near) String() string { return "imports the runtime" }

func isNear(pass *analysis.Pass) bool {
	return slices.ContainsFunc(pass.Pkg.Imports(), func(p *types.Package) bool {
		return p.Path() == runtimePath || pass.ImportPackageFact(p, new(near))
	})
}

// An index is what a package does with signals. Test files are left out.
type index struct {
	pkg  *types.Package
	fset *token.FileSet
	info *types.Info

	files     []*ast.File // the hand-written ones
	generated []*ast.File // those of signalgen
	ignores   []ignored
	values    use.Values

	sites     []*site
	receivers []*receiver              // receivers connected here
	connected map[ast.Node][]*receiver // those declared in this package, by declaration or literal
	decls     map[*types.Func]*ast.FuncDecl
	calls     map[*types.Func][]path // calls of the funcs that the package declares
	valued    map[*types.Func]bool   // the funcs that are used as values
}

// A site is a call of a generated func, or of another that takes a signal, in a
// hand-written file.
type site struct {
	use.Use
	path path
}

// A path leads from a file to a node, which is its last element.
type path []ast.Node

func newIndex(pass *analysis.Pass) *index {
	x := &index{
		pkg:       pass.Pkg,
		fset:      pass.Fset,
		info:      pass.TypesInfo,
		decls:     make(map[*types.Func]*ast.FuncDecl),
		calls:     make(map[*types.Func][]path),
		valued:    make(map[*types.Func]bool),
		connected: make(map[ast.Node][]*receiver),
	}
	for _, file := range pass.Files {
		name := pass.Fset.Position(file.FileStart).Filename
		x.ignores = append(x.ignores, ignoresIn(pass.Fset, file)...)
		switch {
		case strings.HasSuffix(name, "_test.go"):
		case isGenerated(name, file):
			x.generated = append(x.generated, file)
		default:
			x.files = append(x.files, file)
		}
	}
	x.values = use.ValuesOf(x.info, x.files)
	for _, file := range x.files {
		x.declare(file)
	}
	for _, file := range x.files {
		x.walk(file)
	}
	x.findReceivers()
	return x
}

// isGenerated reports whether signalgen wrote a file, which may lack its comments.
func isGenerated(name string, file *ast.File) bool {
	name = filepath.Base(name)
	return strings.HasPrefix(name, "signals_") && strings.Contains(name, "_gen") &&
		(len(file.Comments) == 0 || ast.IsGenerated(file))
}

func (x *index) declare(file *ast.File) {
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
			if fn, ok := x.info.Defs[decl.Name].(*types.Func); ok {
				x.decls[fn] = decl
			}
		}
	}
}

// walk records the calls and the values of a file.
func (x *index) walk(file *ast.File) {
	var stack path
	called := make(map[ast.Expr]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.CallExpr:
			called[use.NameIn(n.Fun)] = true
			x.call(n, stack)
		case *ast.SelectorExpr:
			if called[n] {
				called[n.Sel] = true
			}
			x.value(n.Sel, called)
		case *ast.Ident:
			x.value(n, called)
		}
		return true
	})
}

// call records a call of a signal's func, or of a func that the package declares.
func (x *index) call(call *ast.CallExpr, stack path) {
	if u, ok := use.OfCall(x.info, call); ok {
		x.sites = append(x.sites, &site{u, slices.Clone(stack)})
		return
	}
	if fn := x.declared(call.Fun); fn != nil {
		x.calls[fn] = append(x.calls[fn], slices.Clone(stack))
	}
}

func (x *index) value(name *ast.Ident, called map[ast.Expr]bool) {
	if fn := x.declared(name); fn != nil && !called[name] {
		x.valued[fn] = true
	}
}

// declared returns the func with a body in this package that an expression names, or nil.
func (x *index) declared(e ast.Expr) *types.Func {
	fn := use.FuncOf(x.info, e)
	if fn == nil || x.decls[fn.Origin()] == nil {
		return nil
	}
	return fn.Origin()
}

// parent returns the node around the last one, without parentheses, and the path to it.
func (p path) parent() (ast.Node, path) {
	for i := len(p) - 2; i >= 0; i-- {
		if _, ok := p[i].(*ast.ParenExpr); !ok {
			return p[i], p[:i+1]
		}
	}
	return nil, nil
}

// enclosing returns the func declaration or literal that contains the last node, and
// the path to it. It returns nil outside of any.
func (p path) enclosing() (ast.Node, path) {
	for i := len(p) - 2; i >= 0; i-- {
		switch p[i].(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return p[i], p[:i+1]
		}
	}
	return nil, nil
}

// bodyOf returns the body of a func declaration or literal, or nil.
func bodyOf(fn ast.Node) *ast.BlockStmt {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Body
	case *ast.FuncLit:
		return fn.Body
	default:
		return nil
	}
}

// typeOf returns the type of a func declaration or literal.
func typeOf(fn ast.Node) *ast.FuncType {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Type
	case *ast.FuncLit:
		return fn.Type
	default:
		return nil
	}
}
