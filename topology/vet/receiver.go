package vet

import (
	"go/ast"
	"go/types"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// A receiver is a func that a package connects.
type receiver struct {
	use     use.Use
	path    path // path to the call that connects it
	target  use.Target
	options use.Options
	fn      ast.Node // its declaration or literal; nil if it is not in this package

	annotated bool // a generated func connects it
}

// findReceivers finds what hand-written and generated files connect.
func (x *index) findReceivers() {
	for _, s := range x.sites {
		x.addReceiver(s.Use, s.path, false)
	}
	for _, file := range x.generated {
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if u, ok := use.OfCall(x.info, call); ok && use.Annotated(x.info, u.Options) != nil {
					x.addReceiver(u, path{file, fn, call}, true)
				}
				return true
			})
		}
	}
}

func (x *index) addReceiver(u use.Use, at path, annotated bool) {
	switch u.Op {
	case use.Connect, use.ConnectFrom, use.ConnectWeak:
	default:
		return
	}
	if u.Receiver == nil || !u.Signal.IsKnown() {
		return
	}
	receives := u.Receiver
	if of := use.Annotated(x.info, u.Options); of != nil {
		receives = of
	}
	r := &receiver{
		use:       u,
		path:      at,
		target:    use.TargetOf(x.info, x.values, receives),
		options:   use.ReadOptions(x.info, u.Options),
		annotated: annotated,
	}
	switch {
	case r.target.Literal != nil && u.Op != use.ConnectWeak: // a weak one would have its owner before ctx
		r.fn = r.target.Literal
	case r.target.Func != nil && x.decls[r.target.Func.Origin()] != nil:
		r.fn = x.decls[r.target.Func.Origin()]
	}
	x.receivers = append(x.receivers, r)
	if r.fn != nil {
		x.connected[r.fn] = append(x.connected[r.fn], r)
	}
}

// eachReceiver calls visit once for every receiver that has a body in this package,
// with the ways in which it is connected.
func (x *index) eachReceiver(visit func(fn ast.Node, connected []*receiver)) {
	seen := make(map[ast.Node]bool)
	for _, r := range x.receivers {
		if r.fn != nil && !seen[r.fn] {
			seen[r.fn] = true
			visit(r.fn, x.connected[r.fn])
		}
	}
}

// params returns the parameters of a func: its ctx, or nil, and what it gets of the
// signal.
func (x *index) params(fn ast.Node) (ctx *ast.Ident, args []*types.Var) {
	for i, field := range typeOf(fn).Params.List {
		if i == 0 && isContext(x.info.TypeOf(field.Type)) && len(field.Names) == 1 {
			ctx = field.Names[0]
			continue
		}
		for _, name := range field.Names {
			if v, ok := x.info.Defs[name].(*types.Var); ok {
				args = append(args, v)
			}
		}
	}
	return ctx, args
}

// isContext reports whether t is context.Context.
func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Context" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}
