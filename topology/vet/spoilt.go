package vet

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Which locks cannot be followed.

// spoil finds the locks that may be released by others than the func's own calls: those
// whose address is handed on, whose methods are values, and that literals unlock.
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

// spoilMethod looks at a method of a mutex that is a value.
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

// spoilLiteral looks at what a literal unlocks that runs who knows when.
func (l *lockFlow) spoilLiteral(literal *ast.FuncLit, stack path) {
	if isDeferredLiteral(stack) {
		return
	}
	for _, lock := range l.released(literal.Body) {
		l.spoilt[lock] = true
	}
}

// isDeferredLiteral reports whether the literal at the end of a path is called by a defer
// statement.
func isDeferredLiteral(p path) bool {
	call, at := p.parent()
	if _, ok := call.(*ast.CallExpr); !ok {
		return false
	}
	statement, _ := at.parent()
	_, ok := statement.(*ast.DeferStmt)
	return ok
}

// spoilRoot looks at what is assigned: another value means another mutex.
func (l *lockFlow) spoilRoot(left ast.Expr) {
	if name, ok := ast.Unparen(left).(*ast.Ident); ok && l.info.Uses[name] != nil {
		l.spoilt[chain{root: l.info.Uses[name]}] = true
	}
}

// isFollowed reports whether it can be told whether a lock is held.
func (l *lockFlow) isFollowed(lock chain) bool {
	return lock.isKnown() && !l.spoilt[lock] && !l.spoilt[chain{root: lock.root}] && !l.isAlone(lock)
}

// isAlone reports whether a mutex is a variable of this func that no other func has, so
// that no receiver can wait for it.
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
