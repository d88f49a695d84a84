package vet

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Which locks cannot be followed.

// spoil finds the locks that may be released in other ways than by the func's own
// calls: their address is passed on, their methods are used as values, or literals
// unlock them.
func (l *lockFlow) spoil() {
	var stack path
	ast.Inspect(bodyOf(l.fn), func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.UnaryExpr:
			if n.Op == token.AND && isMutex(l.info.TypeOf(n.X)) {
				l.spoilChain(l.chainOf(n.X))
			}
		case *ast.SelectorExpr:
			l.spoilMethod(n, stack)
		case *ast.FuncLit:
			l.spoilLiteral(n, stack)
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				l.spoilRoot(left)
			}
		}
		return true
	})
}

func (l *lockFlow) spoilChain(c chain, ok bool) {
	if ok {
		l.spoilt[c] = true
	}
}

// spoilMethod checks a method of a mutex that is used as a value.
func (l *lockFlow) spoilMethod(selector *ast.SelectorExpr, stack path) {
	fn, ok := l.info.Uses[selector.Sel].(*types.Func)
	if !ok || lockKinds[fn.FullName()] == noLock {
		return
	}
	parent, _ := stack.parent()
	if call, ok := parent.(*ast.CallExpr); !ok || ast.Unparen(call.Fun) != selector {
		l.spoilChain(l.chainOfMethod(selector))
	}
}

// spoilLiteral checks what a literal unlocks that runs at an unknown time.
func (l *lockFlow) spoilLiteral(literal *ast.FuncLit, stack path) {
	if isDeferredLiteral(stack) {
		return
	}
	for _, lock := range l.released(literal.Body) {
		l.spoilt[lock] = true
	}
}

// isDeferredLiteral reports whether a defer statement calls the literal at the end of a
// path.
func isDeferredLiteral(p path) bool {
	call, at := p.parent()
	if _, ok := call.(*ast.CallExpr); !ok {
		return false
	}
	statement, _ := at.parent()
	_, ok := statement.(*ast.DeferStmt)
	return ok
}

// spoilRoot checks an assignment: another value means another mutex.
func (l *lockFlow) spoilRoot(left ast.Expr) {
	if name, ok := ast.Unparen(left).(*ast.Ident); ok && l.info.Uses[name] != nil {
		l.spoilt[chain{root: l.info.Uses[name]}] = true
	}
}

// isFollowed reports whether it is known if a lock is held.
func (l *lockFlow) isFollowed(lock chain) bool {
	return lock.isKnown() && !l.spoilt[lock] && !l.spoilt[chain{root: lock.root}] && !l.isAlone(lock)
}

// isAlone reports whether a mutex is a variable of this func that no other func has.
// Then no receiver can wait for it.
func (l *lockFlow) isAlone(lock chain) bool {
	if lock.isGlobal() || lock.path != "" || !isMutex(lock.root.Type()) {
		return false
	}
	if _, isPointer := types.Unalias(lock.root.Type()).(*types.Pointer); isPointer {
		return false
	}
	for _, r := range l.receivers {
		if literal, ok := r.fn.(*ast.FuncLit); ok && l.mentions(literal, lock.root) {
			return false
		}
	}
	return true
}

// mentions reports whether a variable is used in a node.
func (x *index) mentions(n ast.Node, v types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		name, ok := n.(*ast.Ident)
		found = found || ok && x.info.Uses[name] == v
		return !found
	})
	return found
}
