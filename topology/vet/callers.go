package vet

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// callers finds out how often the code of a package runs.
type callers struct {
	*index
	often map[*types.Func]often
}

func newCallers(x *index) *callers { return &callers{x, make(map[*types.Func]often)} }

// An often says how often a func runs. If it is called in several ways, the greatest
// counts.
type often struct {
	times times
	why   string      // why it runs again and again
	open  *types.Func // a func that others may call, if it depends on that
}

type times int

const (
	once    times = iota // as the program starts, as far as is known
	unknown              // it cannot be seen who calls it
	open                 // a func that others may call
	again                // again and again
)

func (o often) or(other often) often {
	if other.times > o.times {
		return other
	}
	return o
}

const (
	inLoop    = "this is in a loop"
	inHandler = "this is in a handler"
)

// at finds out how often the node at the end of a path runs. A loop counts if nothing
// bounds it, or if it does the same each time. If on, which may be unknown, is given, a
// loop counts only if on is declared outside of it, and, if the loop has an end, at
// package level.
func (l *callers) at(p path, on chain, what ast.Node) often {
	for i := len(p) - 2; i >= 0; i-- {
		switch n := p[i].(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if p[i+1] == loopBody(n) && !within(on.root, n) && (l.isEndless(n) || (!on.isKnown() || on.isGlobal()) && l.isSame(n, what)) {
				return often{times: again, why: inLoop}
			}
		case *ast.FuncLit:
			if found, known := l.literal(n, p[:i+1]); known {
				return found
			}
		case *ast.FuncDecl:
			fn, _ := l.info.Defs[n.Name].(*types.Func)
			return l.of(fn)
		}
	}
	return often{} // in the value of a variable
}

func loopBody(loop ast.Node) ast.Node {
	switch loop := loop.(type) {
	case *ast.ForStmt:
		return loop.Body
	case *ast.RangeStmt:
		return loop.Body
	default:
		return nil
	}
}

// within reports whether an object is declared in a node.
func within(object types.Object, n ast.Node) bool {
	return object != nil && n.Pos() <= object.Pos() && object.Pos() < n.End()
}

// isEndless reports whether a loop has no visible end.
func (l *callers) isEndless(loop ast.Node) bool {
	switch loop := loop.(type) {
	case *ast.ForStmt:
		return loop.Cond == nil
	case *ast.RangeStmt:
		switch l.info.TypeOf(loop.X).Underlying().(type) {
		case *types.Chan, *types.Signature:
			return true
		}
	}
	return false
}

// isSame reports whether a loop does the same in each iteration: it does not use the
// variables that it declares. A loop over a list of receivers does not, and connects
// each of them once.
func (l *callers) isSame(loop, what ast.Node) bool {
	depends := false
	ast.Inspect(what, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && l.info.Uses[name] != nil {
			v := l.info.Uses[name]
			depends = depends || within(v, loop) && !within(v, what)
		}
		return !depends
	})
	return !depends
}

// literal finds out how often a func literal runs. It returns false for a literal that
// is called in place: that depends on what is around it.
func (l *callers) literal(literal *ast.FuncLit, p path) (often, bool) {
	if l.connected[literal] != nil || l.isHandler(literal) {
		return often{times: again, why: inHandler}, true
	}
	parent, _ := p.parent()
	call, ok := parent.(*ast.CallExpr)
	if !ok {
		return often{times: unknown}, true
	}
	if ast.Unparen(call.Fun) == literal {
		return often{}, false
	}
	if isOnce(l.info, call) {
		return often{times: once}, true
	}
	return often{times: unknown}, true
}

// isOnce reports whether a call runs its argument once.
func isOnce(info *types.Info, call *ast.CallExpr) bool {
	fn := use.FuncOf(info, call.Fun)
	return fn != nil && slices.Contains([]string{"(*sync.Once).Do", "sync.OnceFunc", "sync.OnceValue", "sync.OnceValues"}, fn.Origin().FullName())
}

// isHandler reports whether a func has the parameters of a handler of net/http.
func (l *callers) isHandler(fn ast.Node) bool {
	for _, field := range typeOf(fn).Params.List {
		t := l.info.TypeOf(field.Type)
		if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
			t = pointer.Elem()
		}
		named, ok := types.Unalias(t).(*types.Named)
		if ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "net/http" &&
			(named.Obj().Name() == "Request" || named.Obj().Name() == "ResponseWriter") {
			return true
		}
	}
	return false
}

// of finds out how often a func of the package runs.
func (l *callers) of(fn *types.Func) often {
	if found, ok := l.often[fn]; ok {
		return found
	}
	l.often[fn] = often{} // it may call itself
	found := l.ask(fn)
	l.often[fn] = found
	return found
}

func (l *callers) ask(fn *types.Func) often {
	decl := l.decls[fn]
	switch {
	case decl == nil:
		return often{times: unknown}
	case decl.Recv == nil && (fn.Name() == "init" || fn.Name() == "main" && l.pkg.Name() == "main"):
		return often{}
	case l.connected[decl] != nil || l.isHandler(decl):
		return often{times: again, why: inHandler}
	}
	found := often{}
	for _, call := range l.calls[fn] {
		called := l.at(call, chain{}, call[len(call)-1])
		if called.times == again {
			called.why = fmt.Sprintf("%s runs again and again", fn.Name())
		}
		found = found.or(called)
	}
	if l.valued[fn] {
		found = found.or(often{times: unknown})
	}
	if fn.Exported() && (l.pkg.Name() != "main" || fn.Signature().Recv() != nil && len(l.calls[fn]) == 0) {
		found = found.or(often{times: open, open: fn})
	}
	return found
}
