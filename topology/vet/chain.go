package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// A chain is a variable and the fields selected from it: set.Placed, s.mu. Two equal
// chains denote the same value as long as the variable is not changed.
type chain struct {
	root types.Object
	path string // the fields, each after a dot
}

func (c chain) isKnown() bool { return c.root != nil }

// isGlobal reports whether the chain begins at a package-level variable, and so denotes
// the same value in all funcs.
func (c chain) isGlobal() bool {
	return c.isKnown() && c.root.Pkg() != nil && c.root.Parent() == c.root.Pkg().Scope()
}

// key identifies a global chain across packages.
func (c chain) key() string {
	if !c.isGlobal() {
		return ""
	}
	return c.root.Pkg().Path() + "." + c.root.Name() + c.path
}

// String returns the chain as in the source.
func (c chain) String() string { return c.root.Name() + c.path }

// typ returns the type of what a chain leads to, or nil.
func (c chain) typ() types.Type {
	t := c.root.Type()
	for name := range strings.SplitSeq(strings.TrimPrefix(c.path, "."), ".") {
		if c.path == "" {
			break
		}
		structure := structOf(t)
		if structure == nil {
			return nil
		}
		t = nil
		for field := range structure.Fields() {
			if field.Name() == name {
				t = field.Type()
			}
		}
		if t == nil {
			return nil
		}
	}
	return t
}

// chainOf returns the chain of an expression. It looks through pointers, and through
// variables that have only one value.
func (x *index) chainOf(e ast.Expr) (chain, bool) { return x.chainWithin(e, 4) }

// chainWithin is chainOf with a limit on the variables that it follows.
func (x *index) chainWithin(e ast.Expr, steps int) (chain, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return x.chainOfVariable(e, steps)
	case *ast.StarExpr:
		return x.chainWithin(e.X, steps)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return x.chainWithin(e.X, steps)
		}
	case *ast.SelectorExpr:
		return x.chainOfSelector(e, steps)
	}
	return chain{}, false
}

func (x *index) chainOfVariable(name *ast.Ident, steps int) (chain, bool) {
	v, ok := x.info.ObjectOf(name).(*types.Var)
	if !ok {
		return chain{}, false
	}
	if value := x.values[v]; value != nil && steps > 0 && isReference(v.Type()) {
		if c, ok := x.chainWithin(value, steps-1); ok {
			return c, true
		}
	}
	return chain{v, ""}, true
}

// isReference reports whether a variable of the type refers to what it was given,
// instead of being a copy.
func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice:
		return true
	default:
		return false
	}
}

func (x *index) chainOfSelector(e *ast.SelectorExpr, steps int) (chain, bool) {
	selection := x.info.Selections[e]
	if selection == nil { // a variable of another package
		v, ok := x.info.Uses[e.Sel].(*types.Var)
		return chain{root: v}, ok
	}
	if selection.Kind() != types.FieldVal {
		return chain{}, false
	}
	c, ok := x.chainWithin(e.X, steps)
	return chain{c.root, c.path + fields(selection)}, ok
}

// fields returns the names of the fields that a selection goes through. For a method,
// these are the fields up to what has the method.
func fields(selection *types.Selection) string {
	var path strings.Builder
	indices := selection.Index()
	if selection.Kind() != types.FieldVal {
		indices = indices[:len(indices)-1]
	}
	t := selection.Recv()
	for _, i := range indices {
		structure := structOf(t)
		if structure == nil {
			break
		}
		field := structure.Field(i)
		path.WriteString("." + field.Name())
		t = field.Type()
	}
	return path.String()
}

// structOf returns the struct that a type is or points to, or nil.
func structOf(t types.Type) *types.Struct {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	structure, _ := t.Underlying().(*types.Struct)
	return structure
}

// chainOfMethod returns the chain of what a method is called on, without promotions.
func (x *index) chainOfMethod(fun ast.Expr) (chain, bool) {
	selector, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return chain{}, false
	}
	selection := x.info.Selections[selector]
	if selection == nil || selection.Kind() != types.MethodVal {
		return chain{}, false
	}
	c, ok := x.chainOf(selector.X)
	return chain{c.root, c.path + fields(selection)}, ok
}

// chainOfSignal returns the chain of the signal or the set that is used.
func (x *index) chainOfSignal(u use.Use) (chain, bool) {
	switch {
	case u.Arg != nil:
		return x.chainOf(u.Arg)
	case u.Func.Signature().Recv() != nil && u.Call != nil:
		c, ok := x.chainOfMethod(u.Call.Fun)
		c.path = strings.TrimSuffix(c.path, ".Signal") // the embedded runtime.Signal
		return c, ok
	case u.Func.Signature().Recv() == nil && u.Signal.IsKnown():
		return defaultOf(u.Signal)
	}
	return chain{}, false
}

// defaultOf returns the chain of a signal in the default set of its package, or of the
// variable that it has instead.
func defaultOf(s use.Signal) (chain, bool) {
	scope := s.Declared.Pkg().Scope()
	name := s.Declared.Name()
	if set := scope.Lookup("DefaultSignals"); set != nil {
		for _, in := range signalsOf(set.Type()) {
			if in.Declared == s.Declared {
				return chain{set, "." + name}, true
			}
		}
	}
	for _, name := range []string{"Default" + name, "default" + strings.ToUpper(name[:1]) + name[1:]} {
		if v := scope.Lookup(name); v != nil {
			return chain{root: v}, true
		}
	}
	return chain{}, false
}

func signalsOf(t types.Type) []use.Signal {
	if set, ok := use.SetOf(t); ok {
		return use.SignalsOf(set)
	}
	return nil
}
