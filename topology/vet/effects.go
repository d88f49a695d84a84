package vet

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// effecter finds out what calls of a package's funcs lead to, also for other packages.
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

	// Releases says that it unlocks a mutex that it has not locked. Then nothing is
	// known about the locks of its caller, and its sends do not count.
	Releases bool
}

// AFact makes effects facts, which importing packages can see.
func (*effect) AFact() {}

func (e *effect) String() string { return fmt.Sprintf("sends %v, releases %v", e.Sends, e.Releases) }

// A sends is a send that a func leads to.
type sends struct {
	Signal string // ID
	Name   string // the name of the signal, with that of its package
	Chain  string // the key of what it is sent on; empty if that is not global
	Timed  bool   // its ctx may have a timeout or be cancelled
}

// mostSends limits how many sends of a func are exported to other packages.
const mostSends = 16

// effects holds the effects of the funcs that a package declares or calls.
type effects struct {
	index *index
	pass  *analysis.Pass
	own   map[*types.Func]*summary
	known map[*types.Func]*effect
	count int // number of funcs known to send or release
}

// A summary holds the effects of a func of the package, and the funcs that it calls.
// Once all calls have been followed, it includes their effects.
type summary struct {
	fn       *types.Func
	releases bool
	sends    map[sends]bool
	calls    []called
}

// called is a called func, and whether its ctx may have a timeout or be cancelled.
type called struct {
	fn    *types.Func
	timed bool
}

func findEffects(pass *analysis.Pass) (any, error) {
	e := &effects{
		index: pass.ResultOf[indexer].(*index),
		pass:  pass,
		own:   make(map[*types.Func]*summary),
		known: make(map[*types.Func]*effect),
	}
	var all []*summary
	for fn, decl := range e.index.decls {
		s := e.summarize(fn, decl)
		e.own[fn] = s
		all = append(all, s)
	}
	untilStable(all, e.spreadReleases)
	untilStable(all, e.spreadSends)
	for _, s := range all {
		if found := s.effect(); len(found.Sends) > 0 || found.Releases {
			e.count++
			pass.ExportObjectFact(s.fn, found)
		}
	}
	return e, nil
}

// untilStable propagates effects from callees to callers until nothing changes.
func untilStable(all []*summary, spread func(*summary) (changed bool)) {
	for again := true; again; {
		again = false
		for _, s := range all {
			again = spread(s) || again
		}
	}
}

func (e *effects) spreadReleases(s *summary) bool {
	if s.releases {
		return false
	}
	for _, c := range s.calls {
		if own := e.own[c.fn]; own != nil && own.releases || own == nil && e.of(c.fn).Releases {
			s.releases = true
			return true
		}
	}
	return false
}

func (e *effects) spreadSends(s *summary) bool {
	before := len(s.sends)
	for _, c := range s.calls {
		add := func(sent sends) {
			sent.Timed = sent.Timed || c.timed
			s.sends[sent] = true
		}
		if own := e.own[c.fn]; own == nil {
			for _, sent := range e.of(c.fn).Sends {
				add(sent)
			}
		} else if own != s && !own.releases {
			for sent := range own.sends {
				add(sent)
			}
		}
	}
	return len(s.sends) > before
}

// effect returns the effect that a summary describes.
func (s *summary) effect() *effect {
	if s.releases {
		return &effect{Releases: true}
	}
	all := slices.SortedFunc(maps.Keys(s.sends), func(a, b sends) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Chain, b.Chain), boolCompare(a.Timed, b.Timed))
	})
	return &effect{Sends: all[:min(len(all), mostSends)]}
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// ofCall returns what a call of a func leads to, unless the func is generated. It
// returns nil for calls through interfaces and func values.
func (e *effects) ofCall(call *ast.CallExpr) *effect {
	fn := use.FuncOf(e.index.info, call.Fun)
	if fn == nil {
		return &effect{}
	}
	return e.of(fn.Origin())
}

// of returns what a func leads to.
func (e *effects) of(fn *types.Func) *effect {
	if found := e.known[fn]; found != nil {
		return found
	}
	found := &effect{}
	if own := e.own[fn]; own != nil {
		found = own.effect()
	} else if fn.Pkg() != nil && fn.Pkg() != e.index.pkg {
		e.pass.ImportObjectFact(fn, found)
	}
	e.known[fn] = found
	return found
}

// summarize finds out what the body of a func does itself.
func (e *effects) summarize(fn *types.Func, decl *ast.FuncDecl) *summary {
	s := &summary{fn: fn, sends: make(map[sends]bool), releases: len(e.index.released(decl.Body)) > 0}
	e.index.eachCall(decl.Body, func(call *ast.CallExpr, _ path) {
		if u, ok := use.OfCall(e.index.info, call); ok {
			if e.index.sendsNow(u) {
				s.sends[e.index.sendOf(u, decl)] = true
			}
			return
		}
		if callee := use.FuncOf(e.index.info, call.Fun); callee != nil && callee.Pkg() != nil {
			c := called{callee.Origin(), !e.index.isUntimed(call, decl)}
			if !slices.Contains(s.calls, c) {
				s.calls = append(s.calls, c)
			}
		}
	})
	return s
}

// eachCall calls visit with the calls that the body of a func makes before it returns.
// It leaves out those of literals that are not called immediately, and those of go
// statements.
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

// isCalled reports whether a literal is called in place, in this goroutine.
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

// sendsNow reports whether a call sends before it returns. The result of Each sends
// while it is ranged over, which is checked separately.
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

// nameOf returns the name of a signal as in Go code.
func nameOf(s use.Signal) string { return s.Declared.Pkg().Name() + "." + s.Declared.Name() }
