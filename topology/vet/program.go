package vet

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// A program finds out how often funcs that other packages may call are called, as far
// as the packages show.
type program struct {
	calls map[string][]often // how often each call happens, by the full name of the func
	often map[string]often
}

// newProgram looks for the calls of the funcs that findings depend on, and then for
// those of the funcs that these depend on.
func newProgram(units []*unit) *program {
	p := &program{make(map[string][]often), make(map[string]often)}
	wanted := make(map[string]bool)
	for _, u := range units {
		for _, f := range u.found {
			if f.open != nil {
				wanted[f.open.FullName()] = true
			}
		}
	}
	asked := make(map[string]bool)
	for len(wanted) > 0 {
		next := make(map[string]bool)
		for _, u := range units {
			newCalls(u.results[indexer].(*index), wanted).find(func(name string, by often) {
				p.calls[name] = append(p.calls[name], by)
				if by.open != nil {
					next[by.open.FullName()] = true
				}
			})
		}
		for name := range wanted {
			asked[name] = true
		}
		for name := range asked {
			delete(next, name)
		}
		wanted = next
	}
	return p
}

// mayRepeat reports whether a func may run more than once. If nothing calls it, code
// outside the program may.
func (p *program) mayRepeat(fn *types.Func) bool {
	found := p.of(fn.FullName())
	return found.times == open || found.times == again
}

func (p *program) of(name string) often {
	if found, ok := p.often[name]; ok {
		return found
	}
	p.often[name] = often{} // it may call itself
	found := often{}
	if len(p.calls[name]) == 0 {
		found.times = open
	}
	for _, by := range p.calls[name] {
		if by.times == open {
			by = p.of(by.open.FullName())
		}
		found = found.or(by)
	}
	p.often[name] = found
	return found
}

// A calls looks for the calls of some funcs in a package.
type calls struct {
	*callers
	wanted map[string]bool // by full name
	names  map[string]bool // the same without packages, for a quick look-up
}

func newCalls(x *index, wanted map[string]bool) *calls {
	c := &calls{newCallers(x), wanted, make(map[string]bool)}
	for name := range wanted {
		c.names[name[strings.LastIndex(name, ".")+1:]] = true
	}
	return c
}

// find calls visit for each call of the funcs, and for each use of one as a value.
func (c *calls) find(visit func(name string, by often)) {
	for _, file := range c.files {
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
				ident := nameOfFunc(n.Fun)
				if name := c.wantedName(ident); name != "" {
					called[ident] = true
					visit(name, c.at(slices.Clone(stack), chain{}, n))
				}
			case *ast.Ident:
				if name := c.wantedName(n); name != "" && !called[n] {
					visit(name, often{times: unknown})
				}
			}
			return true
		})
	}
}

// wantedName returns the full name of the func that an identifier names, if that is one
// to look for.
func (c *calls) wantedName(ident *ast.Ident) string {
	if ident == nil || !c.names[ident.Name] {
		return ""
	}
	fn, ok := c.info.Uses[ident].(*types.Func)
	if !ok {
		return ""
	}
	if name := fn.Origin().FullName(); c.wanted[name] {
		return name
	}
	return ""
}

// nameOfFunc returns the name in an expression that names a func, or nil.
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
