package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Shared finds receivers that write to what others see.
var Shared = newCheck(`shared: find receivers that write to data that other receivers see

Each receiver gets a copy of the payload, but all copies share what pointers, slices and
maps in it refer to. A receiver that writes there changes what later receivers get, and
what the sender has. With an async receiver or SendConcurrent, it is a data race. This
check finds assignments, delete, clear, copy and sorting of such data.

Write to a copy: use slices.Clone, maps.Clone, or a copy of the struct. If receivers
should answer, declare the signal as a func type with a result. A signal of a func type
may carry a pointer for receivers to write to; the check reports that only for async
receivers. Otherwise silence it with //signalgen:ignore shared REASON.`, runShared)

func runShared(r *reporter) {
	r.eachReceiver(func(fn ast.Node, connected []*receiver) {
		if r.isOnly(connected) {
			return
		}
		w := &writes{reporter: r, fn: fn, payload: make(map[types.Object]bool), own: make(map[chain]bool)}
		_, args := r.params(fn)
		for _, arg := range args {
			if w.mayWriteTo(arg, connected) {
				continue
			}
			w.payload[arg] = true
		}
		if len(w.payload) == 0 || w.locksPayload() {
			return
		}
		w.findOwn()
		ast.Inspect(bodyOf(fn), w.visit)
	})
}

// isOnly reports whether a signal has only one receiver: no other package can use the
// signal, and this one connects a single receiver that is not async.
func (r *reporter) isOnly(connected []*receiver) bool {
	s := connected[0].use.Signal
	if len(connected) > 1 || connected[0].options.Async || s.Declared.Pkg() != r.pkg || s.Declared.Exported() && r.pkg.Name() != "main" {
		return false
	}
	for _, other := range r.receivers {
		if other.use.Signal.Declared == s.Declared && other != connected[0] {
			return false
		}
	}
	return true
}

// A writes looks for what a receiver writes to.
type writes struct {
	*reporter
	fn      ast.Node
	payload map[types.Object]bool
	own     map[chain]bool // the places where the receiver has stored new data
}

// mayWriteTo reports whether an argument is meant to be written to: a signal of a func
// type may send a pointer for that.
func (w *writes) mayWriteTo(arg *types.Var, connected []*receiver) bool {
	_, isPointer := arg.Type().Underlying().(*types.Pointer)
	for _, r := range connected {
		if _, isFunc := r.use.Signal.Declared.Type().Underlying().(*types.Signature); !isFunc || r.options.Async {
			return false
		}
	}
	return isPointer
}

// locksPayload reports whether the payload has a lock, and so is meant to be written
// to.
func (w *writes) locksPayload() bool {
	found := false
	ast.Inspect(bodyOf(w.fn), func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if lock, kind := w.lockOf(call); kind == locks && w.payload[lock.root] {
				found = true
			}
		}
		return !found
	})
	return found
}

// findOwn records what the receiver assigns as a whole, which is most likely a copy,
// and which variables are elements of the payload.
func (w *writes) findOwn() {
	ast.Inspect(bodyOf(w.fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				w.assigned(left)
			}
		case *ast.RangeStmt:
			w.elements(n)
		}
		return true
	})
}

// assigned records that the payload or a field of it gets another value.
func (w *writes) assigned(left ast.Expr) {
	switch left := ast.Unparen(left).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		if c, ok := w.chainWithin(left, 0); ok && w.payload[c.root] {
			w.own[c] = true
		}
	}
}

// elements records the variable of a loop over pointers in the payload.
func (w *writes) elements(loop *ast.RangeStmt) {
	name, ok := loop.Value.(*ast.Ident)
	if !ok || loop.Tok != token.DEFINE {
		return
	}
	c, ok := w.payloadChain(loop.X)
	if ok && !w.isOwn(c) && w.info.Defs[name] != nil && isShared(w.info.Defs[name].Type()) {
		w.payload[w.info.Defs[name]] = true
	}
}

// isOwn reports whether the receiver has stored new data where a chain leads.
func (w *writes) isOwn(c chain) bool {
	for own := range w.own {
		if own.root == c.root && hasPrefix(c.path, own.path) {
			return true
		}
	}
	return false
}

func (w *writes) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, left := range n.Lhs {
				w.written(left)
			}
		}
	case *ast.IncDecStmt:
		w.written(n.X)
	case *ast.CallExpr:
		if len(n.Args) > 0 && w.writesArg(n) {
			w.reached(n.Args[0], n)
		}
	}
	return true
}

// writers are funcs that write to what their first argument refers to.
var writers = map[string]bool{
	"slices.Sort": true, "slices.SortFunc": true, "slices.SortStableFunc": true, "slices.Reverse": true,
	"sort.Slice": true, "sort.SliceStable": true, "sort.Strings": true, "sort.Ints": true, "sort.Float64s": true,
	"maps.Copy": true, "maps.DeleteFunc": true,
}

// writesArg reports whether a call writes to what its first argument refers to.
func (w *writes) writesArg(call *ast.CallExpr) bool {
	if name, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, ok := w.info.Uses[name].(*types.Builtin); ok {
			return name.Name == "delete" || name.Name == "clear" || name.Name == "copy"
		}
	}
	fn := use.FuncOf(w.info, call.Fun)
	return fn != nil && writers[fn.Origin().FullName()]
}

// written checks the target of an assignment. A field of the payload itself belongs to
// the receiver's own copy. Beyond a pointer, a slice or a map it does not.
func (w *writes) written(left ast.Expr) {
	for e := ast.Unparen(left); ; {
		switch inner := e.(type) {
		case *ast.IndexExpr:
			if isShared(w.info.TypeOf(inner.X)) {
				w.reached(inner.X, left)
				return
			}
			e = ast.Unparen(inner.X)
		case *ast.StarExpr:
			w.reached(inner.X, left)
			return
		case *ast.SelectorExpr:
			selection := w.info.Selections[inner]
			if selection == nil {
				return
			}
			if selection.Indirect() {
				w.reachedField(inner, selection, left)
				return
			}
			e = ast.Unparen(inner.X)
		default:
			return
		}
	}
}

// reachedField checks a field behind a pointer: the one before the dot, or one embedded
// in it.
func (w *writes) reachedField(e *ast.SelectorExpr, selection *types.Selection, left ast.Expr) {
	if isShared(w.info.TypeOf(e.X)) {
		w.reached(e.X, left)
		return
	}
	c, ok := w.payloadChain(e.X)
	t := selection.Recv()
	for _, i := range selection.Index() {
		if !ok || structOf(t) == nil {
			return
		}
		field := structOf(t).Field(i)
		t = field.Type()
		c.path += "." + field.Name()
		if isShared(t) {
			w.reachedChain(c, left)
			return
		}
	}
}

// isShared reports whether copies of a value of this type refer to the same memory.
func isShared(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Pointer:
		return true
	default:
		return false
	}
}

// reached checks a write through an expression.
func (w *writes) reached(through ast.Expr, at ast.Node) {
	if c, ok := w.payloadChain(through); ok {
		w.reachedChain(c, at)
	}
}

// reachedChain reports a write through a chain that leads to the payload, unless the
// receiver has put something of its own there.
func (w *writes) reachedChain(c chain, at ast.Node) {
	if t := c.typ(); t == nil || !isShared(t) || w.isOwn(c) {
		return
	}
	w.report(at, fmt.Sprintf("this receiver writes through %s, which other receivers and the sender see; write to a copy", c))
}

// payloadChain returns the chain of an expression that leads to the payload. An element
// counts as what contains it.
func (w *writes) payloadChain(e ast.Expr) (chain, bool) {
	for {
		if c, ok := w.chainOf(e); ok {
			return c, w.payload[c.root]
		}
		switch inner := ast.Unparen(e).(type) {
		case *ast.IndexExpr:
			e = inner.X
		case *ast.SliceExpr:
			e = inner.X
		case *ast.StarExpr:
			e = inner.X
		case *ast.SelectorExpr:
			e = inner.X
		default:
			return chain{}, false
		}
	}
}

// hasPrefix reports whether a path of fields begins with another.
func hasPrefix(path, prefix string) bool {
	return len(path) >= len(prefix) && path[:len(prefix)] == prefix && (len(path) == len(prefix) || path[len(prefix)] == '.')
}
