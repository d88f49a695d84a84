package vet

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Locked finds locks that are held across a send.
var Locked = newCheck(`locked: find locks that are held across a send

A send calls its receivers before it returns. If a sync.Mutex or sync.RWMutex is held
meanwhile, a receiver that locks it too, by a call back into the same object,
deadlocks. A slow receiver blocks everyone else who needs the lock. This check finds
sends, in the same func or in one that it calls, in this package or another, with a
lock that is held on every path to them.

Release the lock before the send: change the state, copy what the signal carries to
variables, unlock, send. A receiver that needs a consistent state should get it as an
argument. If no receiver can ever need the lock, silence it with
//signalgen:ignore locked REASON.`, runLocked)

func runLocked(r *reporter) {
	for _, file := range r.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				r.lockedIn(n)
			}
			return true
		})
	}
}

// lockedIn looks at one func, without the literals in it.
func (r *reporter) lockedIn(fn ast.Node) {
	l := &lockFlow{reporter: r, fn: fn, ranged: make(map[*ast.CallExpr]bool), spoilt: make(map[chain]bool)}
	if !l.isOfInterest() {
		return
	}
	l.spoil()
	graph := cfg.New(bodyOf(fn), r.mayReturn)
	in := make(map[*cfg.Block]held)
	work := []*cfg.Block{graph.Blocks[0]}
	in[graph.Blocks[0]] = held{}
	for len(work) > 0 {
		block := work[0]
		work = work[1:]
		out := l.through(block, in[block], nil)
		for _, next := range block.Succs {
			before, seen := in[next]
			after := out
			if seen {
				after = before.and(out)
			}
			if !seen || len(after) < len(before) {
				in[next] = after
				work = append(work, next)
			}
		}
	}
	for _, block := range graph.Blocks {
		if state, reached := in[block]; reached {
			l.through(block, state, l.found)
		}
	}
}

// held holds the locks that are held on every way to a place. The value is true for
// those that a defer statement will release.
type held map[chain]bool

// and returns what is held on both ways.
func (h held) and(other held) held {
	both := make(held)
	for lock, deferred := range h {
		if also, ok := other[lock]; ok {
			both[lock] = deferred && also
		}
	}
	return both
}

// releaseLater records that a defer statement releases a lock.
func (h held) releaseLater(lock chain) {
	if _, ok := h[lock]; ok {
		h[lock] = true
	}
}

// A lockFlow follows the locks of a func.
type lockFlow struct {
	*reporter
	fn     ast.Node
	ranged map[*ast.CallExpr]bool // calls of Each that are ranged over
	spoilt map[chain]bool         // locks that may be released in a way that is not followed
}

// isOfInterest reports whether a func locks something and calls something that sends.
// Other funcs need no closer look.
func (l *lockFlow) isOfInterest() bool {
	hasLock, hasSend := false, false
	ast.Inspect(bodyOf(l.fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok {
				l.ranged[call] = true
			}
		case *ast.CallExpr:
			if _, kind := l.lockOf(n); kind == locks {
				hasLock = true
			} else if !hasSend {
				hasSend = l.sentBy(n) != ""
			}
		}
		return true
	})
	return hasLock && hasSend
}

// sentBy describes what a call sends, or returns "".
func (l *lockFlow) sentBy(call *ast.CallExpr) string {
	if u, ok := use.OfCall(l.info, call); ok {
		if l.sendsNow(u) || u.Op == use.Each && l.ranged[call] && u.Signal.IsKnown() {
			return "this send of " + nameOf(u.Signal)
		}
		return ""
	}
	if sends := l.effects.ofCall(call).Sends; len(sends) > 0 {
		return types.ExprString(use.NameIn(call.Fun)) + ", which sends " + sends[0].Name
	}
	return ""
}

// mayReturn reports whether a call may return, for the control flow of a func.
func (r *reporter) mayReturn(call *ast.CallExpr) bool {
	if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" && r.info.Uses[name] == types.Universe.Lookup("panic") {
		return false
	}
	fn := use.FuncOf(r.info, call.Fun)
	return fn == nil || !slices.Contains([]string{"os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "runtime.Goexit"}, fn.FullName())
}

// through returns what is held after a block. If found is not nil, it is called with
// each send and the locks held there.
func (l *lockFlow) through(block *cfg.Block, before held, found func(call *ast.CallExpr, now held)) held {
	now := maps.Clone(before)
	for _, n := range block.Nodes {
		l.step(n, now, found)
	}
	return now
}

// step goes through the calls of a node.
func (l *lockFlow) step(n ast.Node, now held, found func(*ast.CallExpr, held)) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.GoStmt:
			for _, arg := range n.Call.Args {
				l.step(arg, now, found)
			}
			return false
		case *ast.DeferStmt:
			l.deferred(n, now, found)
			return false
		case *ast.CallExpr:
			for _, arg := range n.Args {
				l.step(arg, now, found)
			}
			l.step(n.Fun, now, found)
			l.call(n, now, found)
			return false
		}
		return true
	})
}

func (l *lockFlow) call(call *ast.CallExpr, now held, found func(*ast.CallExpr, held)) {
	if literal, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		l.called(literal, now, found)
		return
	}
	switch lock, kind := l.lockOf(call); {
	case kind == locks && l.isFollowed(lock):
		now[lock] = false
	case kind == unlocks && lock.isKnown():
		delete(now, lock)
	case kind == unlocks, l.effects.ofCall(call).Releases:
		clear(now)
	case kind == noLock && found != nil && len(now) > 0:
		found(call, now)
	}
}

// called follows a literal that is called in place, as far as it sends. Locks that it
// unlocks are not followed at all.
func (l *lockFlow) called(literal *ast.FuncLit, now held, found func(*ast.CallExpr, held)) {
	if found == nil || len(now) == 0 {
		return
	}
	l.eachCall(literal.Body, func(call *ast.CallExpr, _ path) { found(call, now) })
}

// deferred records what a defer statement releases, and checks a send that happens
// before that.
func (l *lockFlow) deferred(statement *ast.DeferStmt, now held, found func(*ast.CallExpr, held)) {
	for _, arg := range statement.Call.Args {
		l.step(arg, now, found)
	}
	if lock, kind := l.lockOf(statement.Call); kind == unlocks {
		now.releaseLater(lock)
		return
	}
	if literal, ok := ast.Unparen(statement.Call.Fun).(*ast.FuncLit); ok {
		l.eachCall(literal.Body, func(call *ast.CallExpr, _ path) {
			if lock, kind := l.lockOf(call); kind == unlocks {
				now.releaseLater(lock)
			}
		})
		return
	}
	later := make(held) // the locks that are released after it
	for lock, deferred := range now {
		if deferred {
			later[lock] = true
		}
	}
	if found != nil && len(later) > 0 {
		found(statement.Call, later)
	}
}

// found reports a call with locks held, if it sends.
func (l *lockFlow) found(call *ast.CallExpr, now held) {
	sent := l.sentBy(call)
	if sent == "" {
		return
	}
	locks := slices.SortedFunc(maps.Keys(now), func(a, b chain) int {
		return cmp.Or(cmp.Compare(a.root.Pos(), b.root.Pos()), cmp.Compare(a.path, b.path))
	})
	l.report(call, fmt.Sprintf("%s is locked during %s: a receiver that comes back to it waits forever; unlock it before", locks[0], sent))
}
