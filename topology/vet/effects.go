package vet

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// effecter tells what calls of a package's funcs lead to, in other packages too.
var effecter = &analysis.Analyzer{
	Name:       "signalgeneffects",
	Doc:        "signalgeneffects: tell which funcs send signals or release locks, for the checks of signalgen",
	Requires:   []*analysis.Analyzer{indexer},
	FactTypes:  []analysis.Fact{new(effect)},
	ResultType: reflect.TypeFor[*effects](),
	Run:        findEffects,
}

// An effect is what a call of a func leads to before it returns.
type effect struct {
	Sends []sends

	// Releases says that it unlocks a mutex that it has not locked, so that of the locks
	// of its caller nothing is known any more. Its sends then do not count.
	Releases bool
}

// AFact says that effects are told to the packages that import this one.
func (*effect) AFact() {}

func (e *effect) String() string { return fmt.Sprintf("sends %v, releases %v", e.Sends, e.Releases) }

// A sends is a send that a func leads to.
type sends struct {
	Signal string // ID
	Name   string // of the signal, with the package's name
	Chain  string // the key of what it is sent on; empty if that is no global
	Timed  bool   // its ctx may end by itself
}

// mostSends is how many sends of a func are told.
const mostSends = 16

// effects are those of the funcs that a package calls.
type effects struct {
	index *index
	pass  *analysis.Pass
	known map[*types.Func]*effect
	count int // of the funcs of other packages that have some, and are called here
}

func findEffects(pass *analysis.Pass) (any, error) {
	e := &effects{pass.ResultOf[indexer].(*index), pass, make(map[*types.Func]*effect), 0}
	for fn := range e.index.decls {
		if found := e.of(fn); len(found.Sends) > 0 || found.Releases {
			e.count++
			pass.ExportObjectFact(fn, found)
		}
	}
	return e, nil
}

// ofCall returns what a call of a func leads to that is no generated one. It has nothing
// for calls through interfaces and func values.
func (e *effects) ofCall(call *ast.CallExpr) *effect {
	fn := use.FuncOf(e.index.info, call.Fun)
	if fn == nil {
		return &effect{}
	}
	return e.of(fn.Origin())
}

// of returns what a func leads to. Of one that calls itself, what it does besides.
func (e *effects) of(fn *types.Func) *effect {
	if found := e.known[fn]; found != nil {
		return found
	}
	found := &effect{}
	e.known[fn] = found
	decl := e.index.decls[fn]
	switch {
	case decl != nil:
		e.collect(decl, found)
	case fn.Pkg() != nil && fn.Pkg() != e.index.pkg:
		e.pass.ImportObjectFact(fn, found)
	}
	return found
}

// collect finds what the body of a func leads to.
func (e *effects) collect(decl *ast.FuncDecl, found *effect) {
	found.Releases = len(e.index.released(decl.Body)) > 0
	e.index.eachCall(decl.Body, func(call *ast.CallExpr, _ path) {
		if u, ok := use.OfCall(e.index.info, call); ok {
			if e.index.sendsNow(u) {
				found.add(e.index.sendOf(u, decl))
			}
			return
		}
		called := e.ofCall(call)
		found.Releases = found.Releases || called.Releases
		for _, s := range called.Sends {
			s.Timed = s.Timed || !e.index.isUntimed(call, decl)
			found.add(s)
		}
	})
	if found.Releases {
		found.Sends = nil
	}
}

func (e *effect) add(s sends) {
	if !slices.Contains(e.Sends, s) && len(e.Sends) < mostSends {
		e.Sends = append(e.Sends, s)
	}
}

// eachCall calls visit with the calls that the body of a func makes before it returns:
// not those of literals that are not called at once, nor those of a go statement.
func (x *index) eachCall(body *ast.BlockStmt, visit func(call *ast.CallExpr, at path)) {
	var stack path
	spawned := make(map[*ast.CallExpr]bool)
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if literal, ok := n.(*ast.FuncLit); ok && !isCalled(literal, stack, spawned) {
			return false
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.GoStmt:
			spawned[n.Call] = true
		case *ast.CallExpr:
			if !spawned[n] {
				visit(n, stack)
			}
		}
		return true
	})
}

// isCalled reports whether a literal is called where it stands, in this goroutine.
func isCalled(literal *ast.FuncLit, around path, spawned map[*ast.CallExpr]bool) bool {
	for i := len(around) - 1; i >= 0; i-- {
		switch n := around[i].(type) {
		case *ast.ParenExpr:
		case *ast.CallExpr:
			return ast.Unparen(n.Fun) == literal && !spawned[n]
		default:
			return false
		}
	}
	return false
}

// sendsNow reports whether a call sends before it returns. What Each returns sends when
// it is ranged over, which is looked for elsewhere.
func (x *index) sendsNow(u use.Use) bool {
	return u.Op.Sends() && u.Op != use.Each && u.Signal.IsKnown()
}

// sendOf describes a send in a func.
func (x *index) sendOf(u use.Use, in ast.Node) sends {
	s := sends{Signal: u.Signal.ID(), Name: nameOf(u.Signal), Timed: !x.isUntimed(u.Call, in)}
	if c, ok := x.chainOfSignal(u); ok {
		s.Chain = c.key()
	}
	return s
}

// nameOf is the name of a signal as Go code has it.
func nameOf(s use.Signal) string { return s.Declared.Pkg().Name() + "." + s.Declared.Name() }

// isUntimed reports whether the ctx that a call gets does not end by itself, as far as
// the func knows that makes the call: it is that func's own, or the background.
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

// contextFunc returns the name of the func of package context that is called, or nothing.
func contextFunc(info *types.Info, call *ast.CallExpr) string {
	fn := use.FuncOf(info, call.Fun)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "context" || fn.Signature().Recv() != nil {
		return ""
	}
	return fn.Name()
}
