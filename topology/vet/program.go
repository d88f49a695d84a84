package vet

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// A program tells how often the funcs of packages are called that others may call.
type program struct {
	units   []*unit
	callers map[*unit]*callers
	often   map[string]often // by full name
}

func newProgram(units []*unit) *program {
	return &program{units, make(map[*unit]*callers), make(map[string]often)}
}

// mayRepeat reports whether a func may run more than once, as far as the packages show.
// Where nobody calls it, others may.
func (p *program) mayRepeat(fn *types.Func) bool {
	found := p.of(fn)
	return found.times == open || found.times == again
}

// of tells how often a func runs that others may call.
func (p *program) of(fn *types.Func) often {
	name := fn.FullName()
	if found, ok := p.often[name]; ok {
		return found
	}
	p.often[name] = often{} // it may call itself
	found, isCalled := often{}, false
	for _, u := range p.units {
		p.callsIn(u, name, func(by often) {
			isCalled = true
			if by.times == open {
				by = p.of(by.open)
			}
			found = found.or(by)
		})
	}
	if !isCalled {
		found = often{times: open, open: fn}
	}
	p.often[name] = found
	return found
}

// callsIn calls visit for each call of a func in a package, and for each use of it as
// a value, with how often that happens.
func (p *program) callsIn(u *unit, name string, visit func(often)) {
	x := u.results[indexer].(*index)
	if p.callers[u] == nil {
		p.callers[u] = newCallers(x)
	}
	for _, file := range x.files {
		var stack path
		called := make(map[*ast.Ident]bool)
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				stack = stack[:len(stack)-1]
				return true
			}
			stack = append(stack, n)
			switch n := n.(type) {
			case *ast.CallExpr:
				if fn := use.FuncOf(x.info, n.Fun); fn != nil && fn.Origin().FullName() == name {
					called[nameOfFunc(n.Fun)] = true
					visit(p.callers[u].at(slices.Clone(stack), nil, n))
				}
			case *ast.Ident:
				if fn, ok := x.info.Uses[n].(*types.Func); ok && !called[n] && fn.Origin().FullName() == name {
					visit(often{times: unknown})
				}
			}
			return true
		})
	}
}

// nameOfFunc returns the name in an expression that names a func.
func nameOfFunc(e ast.Expr) *ast.Ident {
	switch e := use.NameIn(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	default:
		return nil
	}
}
