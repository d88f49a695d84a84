package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Leak finds connections that accumulate.
var Leak = newCheck(`leak: find discarded connections in code that runs repeatedly

A receiver stays connected until its Connection is disconnected. If code that discards
the Connection runs more than once, in a loop, in a handler, in a func with several
callers, each run adds another receiver: every send calls it once more, and what it
refers to is never collected. This check finds connections on sets that outlive the
func.

Keep the Connection and disconnect it, for example with a defer statement, use one of
the options Until, Once and ID, or connect weakly. The check ignores main, init, the
values of package-level variables, and funcs that only these call. A func that code
outside the program may call counts if it has parameters. Otherwise silence it with
//signalgen:ignore leak REASON.`, runLeak)

func runLeak(r *reporter) {
	l := newCallers(r.index)
	for _, s := range r.sites {
		if r.isDiscarded(s) {
			if why, of := l.repeats(s); why != "" {
				if of != nil {
					r.result.open[s.Call.Pos()] = of
				}
				r.report(s.Call, fmt.Sprintf("the Connection is discarded, and %s: each time adds a receiver; keep it and disconnect it, or connect with Until, Once or ID", why), r.untilDone(s)...)
			}
		}
	}
}

// isDiscarded reports whether a call connects a receiver permanently and discards the
// Connection.
func (r *reporter) isDiscarded(s *site) bool {
	if _, ok := s.parentNode().(*ast.ExprStmt); !ok || !s.Signal.IsKnown() {
		return false
	}
	switch s.Op {
	case use.Connect, use.ConnectFrom, use.Tap:
		return !r.isBounded(s.Options)
	default:
		return false
	}
}

// isBounded reports whether an option keeps connections from accumulating, or may do
// so.
func (r *reporter) isBounded(options []ast.Expr) bool {
	return slices.ContainsFunc(options, func(option ast.Expr) bool {
		call, ok := ast.Unparen(option).(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := use.FuncOf(r.info, call.Fun)
		return fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != runtimePath ||
			!slices.Contains([]string{"Priority", "Name", "Async", "Workers", "Around"}, fn.Name())
	})
}

// repeats says why a connection is made more than once on a set that outlives it, or
// returns "". If that depends on who calls a func, it returns the func too.
func (l *callers) repeats(s *site) (why string, of *types.Func) {
	on, ok := l.chainOfSignal(s.Use)
	if !ok {
		return "", nil
	}
	found := l.at(s.path, on, s.Call)
	switch {
	case found.times == again && l.outlives(on, s.path, found):
		return found.why, nil
	case found.times == open && on.isGlobal() && isForMany(found.open):
		return l.named(found.open, s.path) + " may be called more than once", found.open
	default:
		return "", nil
	}
}

// named names a func that leads to a place, for a message.
func (l *callers) named(fn *types.Func, to path) string {
	for _, n := range to {
		if decl, ok := n.(*ast.FuncDecl); ok && l.info.Defs[decl.Name] == fn {
			return fn.Name()
		}
	}
	return fn.Name() + ", which leads here,"
}

// outlives reports whether the set or signal exists longer than one run of the repeated
// code. The argument of a func that is called in a loop may be a different one each
// time.
func (l *callers) outlives(on chain, at path, found often) bool {
	switch {
	case on.isGlobal() || found.why == inLoop: // for a loop, at has checked where it is declared
		return true
	case found.why == inHandler:
		fn, _ := at.enclosing()
		return fn != nil && !within(on.root, bodyOf(fn))
	default:
		return false
	}
}

// isForMany reports whether a func that code outside the program may call looks like
// one that is called repeatedly: it is a method, or takes something besides sets to
// connect to. A func for tests does not count: tests clean up at their end.
func isForMany(fn *types.Func) bool {
	isForMany := fn.Signature().Recv() != nil
	for param := range fn.Signature().Params().Variables() {
		if isForTests(param.Type()) {
			return false
		}
		_, isSet := use.SetOf(param.Type())
		isForMany = isForMany || !isSet
	}
	return isForMany
}

// isForTests reports whether a type is, or points to, a type of package testing.
func isForTests(t types.Type) bool {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "testing"
}

// untilDone returns the fix that connects until a ctx of the func is done.
func (r *reporter) untilDone(s *site) []analysis.SuggestedFix {
	fn, _ := s.path.enclosing()
	if fn == nil || s.Call.Ellipsis.IsValid() {
		return nil
	}
	ctx, _ := r.params(fn)
	if ctx == nil || ctx.Name == "_" || r.isTaken(ctx.Name, fn, ctx, s.Call) {
		return nil
	}
	file := s.path[0].(*ast.File)
	name, edits, ok := importRuntime(file)
	if !ok {
		return nil
	}
	last := s.Call.Args[len(s.Call.Args)-1]
	return []analysis.SuggestedFix{{
		Message:   "Connect until ctx is done",
		TextEdits: append(edits, insert(last.End(), ", "+name+".Until("+ctx.Name+")")),
	}}
}

// importRuntime returns the name of the runtime in a file, and the edits that import
// it. ok is false if the name means something else.
func importRuntime(file *ast.File) (name string, edits []analysis.TextEdit, ok bool) {
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		switch {
		case path == runtimePath && spec.Name == nil:
			return "runtime", nil, true
		case path == runtimePath:
			return spec.Name.Name, nil, spec.Name.Name != "." && spec.Name.Name != "_"
		case path == "runtime" || spec.Name != nil && spec.Name.Name == "runtime":
			return "", nil, false
		}
	}
	for _, decl := range file.Decls {
		imports, isImport := decl.(*ast.GenDecl)
		if isImport && imports.Tok == token.IMPORT && imports.Rparen.IsValid() {
			at := imports.Specs[len(imports.Specs)-1].End()
			return "runtime", []analysis.TextEdit{insert(at, "\n\t"+strconv.Quote(runtimePath))}, true
		}
	}
	return "", nil, false
}
