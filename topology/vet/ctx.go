package vet

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Ctx finds receivers that do not pass on the ctx they have.
var Ctx = newCheck(`ctx: find receivers that do not pass on their ctx

A receiver gets the sender's ctx, with its deadline, its cancellation and its trace. A
receiver that sends or calls with context.Background or context.TODO loses them: the
work continues after the request has ended, and the trace stops. The ctx of an async
receiver has no cancellation anyway, so there is no reason to replace it.

Pass on the receiver's ctx. For work that must outlive the sender, use
context.WithoutCancel(ctx), which keeps the values. The check ignores code that runs
later or cleans up: goroutines, defer statements, code after a use of ctx.Done or
ctx.Err, and a ctx with its own timeout. Otherwise silence it with
//signalgen:ignore ctx REASON.`, runCtx)

func runCtx(r *reporter) {
	r.eachReceiver(func(fn ast.Node, _ []*receiver) {
		if own, _ := r.params(fn); own != nil {
			r.eachCall(bodyOf(fn), func(call *ast.CallExpr, at path) {
				for _, arg := range call.Args {
					r.detached(fn, own, call, arg, at)
				}
			})
		}
	})
}

// detached reports an argument that is not derived from the receiver's ctx.
func (r *reporter) detached(fn ast.Node, own *ast.Ident, call *ast.CallExpr, arg ast.Expr, at path) {
	made := r.background(arg)
	if made == "" || r.isDeliberate(call, made, at) {
		return
	}
	r.report(arg, fmt.Sprintf("this receiver has a ctx but uses context.%s: deadline, cancellation and trace end here; pass on its ctx, or context.WithoutCancel of it", made), r.passOn(fn, own, arg)...)
}

// background returns Background or TODO if an expression is one of these, and otherwise
// "". It looks through local variables.
func (r *reporter) background(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if name := contextFunc(r.info, e); name == "Background" || name == "TODO" {
			return name
		}
	case *ast.Ident:
		v, ok := r.info.Uses[e].(*types.Var)
		if value, isCall := r.values[v].(*ast.CallExpr); ok && isCall && v.Parent() != r.pkg.Scope() {
			return r.background(value)
		}
	}
	return ""
}

// isDeliberate reports whether a call seems to use another ctx on purpose.
func (r *reporter) isDeliberate(call *ast.CallExpr, made string, at path) bool {
	switch contextFunc(r.info, call) {
	case "WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause", "WithCancel", "WithCancelCause":
		return made == "Background"
	}
	for i, n := range at {
		switch n := n.(type) {
		case *ast.DeferStmt:
			return true
		case *ast.IfStmt:
			if i+1 < len(at) && at[i+1] != n.Init && at[i+1] != n.Cond && r.asksContext(n.Cond) {
				return true
			}
		case *ast.CommClause:
			if n.Comm != nil && r.asksContext(n.Comm) {
				return true
			}
		}
	}
	return false
}

// asksContext reports whether a node checks whether a ctx is done.
func (r *reporter) asksContext(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok && isContext(r.info.TypeOf(selector.X)) {
			found = found || selector.Sel.Name == "Err" || selector.Sel.Name == "Done"
		}
		if call, ok := n.(*ast.CallExpr); ok {
			found = found || contextFunc(r.info, call) == "Cause" || isErrorsIs(r.info, call)
		}
		return !found
	})
	return found
}

// isErrorsIs reports whether a call checks for a kind of error, possibly that of a ctx
// that is done.
func isErrorsIs(info *types.Info, call *ast.CallExpr) bool {
	fn := use.FuncOf(info, call.Fun)
	return fn != nil && fn.FullName() == "errors.Is"
}

// passOn returns the fix that passes on the receiver's ctx, if its name is usable.
func (r *reporter) passOn(fn ast.Node, own *ast.Ident, arg ast.Expr) []analysis.SuggestedFix {
	name := own.Name
	var edits []analysis.TextEdit
	if name == "_" {
		name = "ctx"
		edits = append(edits, analysis.TextEdit{Pos: own.Pos(), End: own.End(), NewText: []byte(name)})
	}
	if r.isTaken(name, fn, own, nil) {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   "Pass on the ctx of the receiver",
		TextEdits: append(edits, analysis.TextEdit{Pos: arg.Pos(), End: arg.End(), NewText: []byte(name)}),
	}}
}

// isTaken reports whether a name may mean something else in a func, except in one node.
func (r *reporter) isTaken(name string, fn ast.Node, own *ast.Ident, except ast.Node) bool {
	taken := false
	ast.Inspect(fn, func(n ast.Node) bool {
		if n != nil && n == except {
			return false
		}
		other, ok := n.(*ast.Ident)
		if !ok || other == own || other.Name != name {
			return true
		}
		object := r.info.ObjectOf(other)
		v, isVar := object.(*types.Var)
		taken = taken || object != r.info.Defs[own] && !(isVar && v.IsField())
		return true
	})
	return taken
}
