package vet

import (
	"go/ast"
	"go/types"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// A lockKind is what a call does with a mutex.
type lockKind int

const (
	noLock lockKind = iota
	locks
	unlocks
	tries // tries to lock, and may fail
)

var lockKinds = map[string]lockKind{
	"(*sync.Mutex).Lock": locks, "(*sync.Mutex).Unlock": unlocks, "(*sync.Mutex).TryLock": tries,
	"(*sync.RWMutex).Lock": locks, "(*sync.RWMutex).Unlock": unlocks, "(*sync.RWMutex).TryLock": tries,
	"(*sync.RWMutex).RLock": locks, "(*sync.RWMutex).RUnlock": unlocks, "(*sync.RWMutex).TryRLock": tries,

	// It cannot be seen which mutex this is.
	"(sync.Locker).Lock": tries, "(sync.Locker).Unlock": unlocks,
}

// lockOf returns the mutex that a call locks or unlocks. The chain is empty if it
// cannot be named.
func (x *index) lockOf(call *ast.CallExpr) (chain, lockKind) {
	fn := use.FuncOf(x.info, call.Fun)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "sync" {
		return chain{}, noLock
	}
	kind := lockKinds[fn.FullName()]
	if kind == noLock {
		return chain{}, noLock
	}
	c, _ := x.chainOfMethod(call.Fun)
	return c, kind
}

// released returns the mutexes that the body of a func unlocks before it has locked
// them: those that its caller holds.
func (x *index) released(body *ast.BlockStmt) []chain {
	var released []chain
	seen := make(map[chain]bool)
	x.eachCall(body, func(call *ast.CallExpr, _ path) {
		lock, kind := x.lockOf(call)
		if kind == noLock || seen[lock] {
			return
		}
		seen[lock] = lock.isKnown()
		if kind == unlocks {
			released = append(released, lock)
		}
	})
	return released
}

// isMutex reports whether a type is, or points to, a mutex of package sync.
func isMutex(t types.Type) bool {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "sync" {
		return false
	}
	return named.Obj().Name() == "Mutex" || named.Obj().Name() == "RWMutex"
}
