package vet

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Twice finds options that should tell receivers apart but do not.
var Twice = newCheck(`twice: find an ID, a name or a priority that two receivers of one signal share

A signal has one connection per ID. A second Connect with the same ID connects nothing
and returns the first Connection, so the second receiver is never called. A Name
identifies a receiver in errors and logs: if two receivers share it, nobody can tell
which one it was. A Priority says that the order matters, but if two receivers share
it, their order depends on which was connected first. This check finds constants that
two different receivers of one signal share, if both are connected: in one run of a
func, or when the program starts.

Give each receiver its own. The check ignores receivers without a priority or with 0,
branches that exclude each other, and an ID that is disconnected in between. Otherwise
silence it with //signalgen:ignore twice REASON.`, runTwice)

func runTwice(r *reporter) {
	for i, second := range r.receivers {
		for _, key := range keys {
			for _, first := range r.receivers[:i] {
				if key.isSame(first.options, second.options) && r.meet(first, second) {
					r.report(r.place(second), fmt.Sprintf("%s of another receiver of %s, at %s: %s; give it its own", key.found(second.options), nameOf(second.use.Signal), r.where(first), key.hurts))
					break
				}
			}
		}
	}
}

// keys are the options that should tell receivers apart.
var keys = []struct {
	isSame func(a, b use.Options) bool
	found  func(use.Options) string
	hurts  string
}{
	{
		func(a, b use.Options) bool { return a.ID != "" && a.ID == b.ID },
		func(o use.Options) string { return fmt.Sprintf("the ID %q is that", o.ID) },
		"this one is not connected",
	},
	{
		func(a, b use.Options) bool { return a.Name != "" && a.Name == b.Name },
		func(o use.Options) string { return fmt.Sprintf("the name %q is that", o.Name) },
		"errors and logs do not tell which it was",
	},
	{
		func(a, b use.Options) bool { return a.Priority != 0 && a.Priority == b.Priority },
		func(o use.Options) string { return fmt.Sprintf("the priority %d is that", o.Priority) },
		"which is called first depends on the order of the calls",
	},
}

// meet reports whether two receivers are different ones of the same signal, and are
// both connected in the same run.
func (r *reporter) meet(first, second *receiver) bool {
	return types.Identical(first.use.Signal.Holder, second.use.Signal.Holder) &&
		first.annotated == second.annotated &&
		first.isOurs() && second.isOurs() &&
		r.isSameSet(first, second) &&
		r.differ(first, second) &&
		(first.annotated || r.bothRun(first, second)) &&
		!r.mayEnd(first)
}

// isOurs reports whether this package is responsible for a receiver. It is not if a
// generated func connects a receiver of another package.
func (r *receiver) isOurs() bool { return !r.annotated || r.fn != nil }

// isSameSet reports whether two receivers hear the same signal from the same sender.
func (r *reporter) isSameSet(first, second *receiver) bool {
	if first.annotated {
		return first.path[1] == second.path[1] // one func connects both
	}
	a, ok := r.chainOfSignal(first.use)
	b, okToo := r.chainOfSignal(second.use)
	if !ok || !okToo || a != b || first.use.Op != second.use.Op {
		return false
	}
	return first.use.Op != use.ConnectFrom || types.ExprString(first.use.Call.Args[0]) == types.ExprString(second.use.Call.Args[0])
}

// differ reports whether two receivers are certainly different funcs.
func (r *reporter) differ(first, second *receiver) bool {
	a, b := first.target, second.target
	switch {
	case a.Literal != nil || b.Literal != nil:
		return a.Literal != b.Literal
	case a.Func != nil && b.Func != nil:
		return a.Func.Origin() != b.Func.Origin()
	default:
		return false
	}
}

// bothRun reports whether the second receiver is connected in the same run as the
// first. Its statement follows in the same block or in one inside it, or both run as
// the program starts.
func (r *reporter) bothRun(first, second *receiver) bool {
	in, _ := first.path.enclosing()
	inToo, _ := second.path.enclosing()
	block, blockToo := first.path.block(), second.path.block()
	if in != inToo {
		return r.isStart(in, block) && r.isStart(inToo, blockToo)
	}
	return in == nil || slices.Contains(second.path, block) || slices.Contains(first.path, blockToo)
}

// block returns the block that contains a statement, or nil outside of funcs.
func (p path) block() ast.Node {
	for i := len(p) - 1; i >= 0; i-- {
		switch p[i].(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			return p[i]
		}
	}
	return nil
}

// isStart reports whether a block of a func runs as the program starts.
func (r *reporter) isStart(fn, block ast.Node) bool {
	if fn == nil {
		return true
	}
	decl, ok := fn.(*ast.FuncDecl)
	if !ok || decl.Recv != nil || block != ast.Node(decl.Body) {
		return false
	}
	return decl.Name.Name == "init" || decl.Name.Name == "main" && r.pkg.Name() == "main"
}

// mayEnd reports whether a connection may have ended when the next is made.
func (r *reporter) mayEnd(first *receiver) bool {
	if first.options.Once || first.options.Until || first.options.Partial {
		return true
	}
	if r.disconnects(first) {
		return true
	}
	connection, ok := r.assignedTo(first.path)
	if !ok {
		return false
	}
	fn, _ := first.path.enclosing()
	return fn != nil && r.endsIn(bodyOf(fn), connection)
}

// disconnects reports whether the package disconnects receivers of the signal by ID, or
// all of them.
func (r *reporter) disconnects(first *receiver) bool {
	return slices.ContainsFunc(r.sites, func(s *site) bool {
		return s.Signal.Declared == first.use.Signal.Declared && (s.Op == use.Disconnect || s.Op == use.DisconnectAll)
	})
}

// endsIn reports whether a connection is disconnected in a func, other than at its end.
func (r *reporter) endsIn(body *ast.BlockStmt, connection chain) bool {
	ends := false
	deferred := make(map[*ast.CallExpr]bool)
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			deferred[n.Call] = true
		case *ast.CallExpr:
			fn := use.FuncOf(r.info, n.Fun)
			if fn != nil && fn.FullName() == "(*"+runtimePath+".Connection).Disconnect" && !deferred[n] {
				c, ok := r.chainOfMethod(n.Fun)
				ends = ends || ok && c == connection
			}
		}
		return !ends
	})
	return ends
}

// place returns where a receiver is reported: where it is connected, or declared if a
// generated func connects it.
func (r *reporter) place(of *receiver) ast.Node {
	if decl, ok := of.fn.(*ast.FuncDecl); ok && of.annotated {
		return decl.Name
	}
	return of.use.Call
}

// where names the place of a receiver in a message.
func (r *reporter) where(of *receiver) string {
	pos := r.fset.PositionFor(r.place(of).Pos(), false)
	return fmt.Sprintf("%s:%d", filepath.Base(pos.Filename), pos.Line)
}
