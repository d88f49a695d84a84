package vet

import (
	"go/ast"
	"go/types"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// isUntimed reports whether the ctx of a call has no timeout or cancellation that the
// calling func adds: it is that func's own ctx, or the background.
func (x *index) isUntimed(call *ast.CallExpr, in ast.Node) bool {
	for _, arg := range call.Args {
		if isContext(x.info.TypeOf(arg)) {
			return x.isUntimedContext(arg, in)
		}
	}
	return false
}

func (x *index) isUntimedContext(e ast.Expr, in ast.Node) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		own, _ := x.params(in)
		if own != nil && x.info.Uses[e] == x.info.Defs[own] {
			return x.values[x.info.Uses[e].(*types.Var)] == nil && !x.isAssigned(x.info.Uses[e], in)
		}
		v, _ := x.info.Uses[e].(*types.Var)
		value := x.values[v]
		return value != nil && x.isUntimedContext(value, in)
	case *ast.CallExpr:
		switch contextFunc(x.info, e) {
		case "Background", "TODO", "WithoutCancel":
			return true
		case "WithValue":
			return x.isUntimedContext(e.Args[0], in)
		}
	}
	return false
}

// isAssigned reports whether a func gives a variable another value.
func (x *index) isAssigned(v types.Object, in ast.Node) bool {
	found := false
	ast.Inspect(bodyOf(in), func(n ast.Node) bool {
		if assign, ok := n.(*ast.AssignStmt); ok {
			for _, left := range assign.Lhs {
				if name, ok := left.(*ast.Ident); ok && x.info.Uses[name] == v {
					found = true
				}
			}
		}
		return !found
	})
	return found
}

// contextFunc returns the name of the called func of package context, or "".
func contextFunc(info *types.Info, call *ast.CallExpr) string {
	fn := use.FuncOf(info, call.Fun)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "context" || fn.Signature().Recv() != nil {
		return ""
	}
	return fn.Name()
}
