package vet

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Selfblock finds async receivers that wait for themselves.
var Selfblock = newCheck(`selfblock: find async receivers that wait for themselves

With runtime.Block, a send waits while the queue of an async receiver is full. A
receiver that sends its own signal then waits for itself to make room, and so does
everyone else who sends. One burst is enough. A receiver that closes or drains its own
signal, its set or its connection also waits for itself.

Use DropNewest, DropOldest or Fail, send in another goroutine or with a ctx that has a
timeout, or do the work in a loop inside the receiver. Leave closing to the code that
connected it. Otherwise silence it with //signalgen:ignore selfblock REASON.`, runSelfblock)

func runSelfblock(r *reporter) {
	for _, receiver := range r.receivers {
		if receiver.fn != nil && receiver.options.Async && receiver.options.Overflow == "Block" {
			b := &selfblocks{r, receiver, r.heard(receiver)}
			r.eachCall(bodyOf(receiver.fn), func(call *ast.CallExpr, _ path) { b.call(call) })
		}
	}
}

// heard returns the chain on which a receiver hears, as its own body names it. In a
// method, what is reached through its owner begins with the method's receiver. The
// chain has no root if it is not known.
func (r *reporter) heard(of *receiver) chain {
	if of.annotated {
		on, _ := defaultOf(of.use.Signal)
		return on
	}
	on, ok := r.chainOfSignal(of.use)
	if !ok {
		return chain{}
	}
	decl, isDecl := of.fn.(*ast.FuncDecl)
	if !isDecl || decl.Recv == nil || on.isGlobal() {
		return on
	}
	owner, ok := r.chainOfMethod(of.target.Expr)
	if !ok || owner.root != on.root || !hasPrefix(on.path, owner.path) || len(decl.Recv.List[0].Names) == 0 {
		return chain{}
	}
	return chain{r.info.Defs[decl.Recv.List[0].Names[0]], on.path[len(owner.path):]}
}

// A selfblocks looks for what makes a receiver wait for itself.
type selfblocks struct {
	*reporter
	receiver *receiver
	on       chain
}

func (b *selfblocks) call(call *ast.CallExpr) {
	own := nameOf(b.receiver.use.Signal)
	u, isUse := use.OfCall(b.info, call)
	switch {
	case b.closesAll(call) || b.closesConnection(call) || isUse && b.closes(u):
		if b.isUntimed(call, b.receiver.fn) {
			b.report(call, fmt.Sprintf("this async receiver of %s waits here for its own end; leave that to the code that connected it", own))
		}
	case isUse && b.sendsOwn(u):
		b.report(call, fmt.Sprintf("this async receiver sends its own signal %s and waits for itself when its queue is full; send in another goroutine, or connect it with an overflow other than Block", own))
	case !isUse && b.leadsToOwn(call):
		b.report(call, fmt.Sprintf("this async receiver calls %s, which sends its own signal %s, and waits for itself when its queue is full; call it in another goroutine, or connect it with an overflow other than Block", types.ExprString(use.NameIn(call.Fun)), own))
	}
}

// sendsOwn reports whether a call sends what the receiver hears, and may wait forever.
func (b *selfblocks) sendsOwn(u use.Use) bool {
	if !b.sendsNow(u) || u.Signal.Declared != b.receiver.use.Signal.Declared || !b.isUntimed(u.Call, b.receiver.fn) {
		return false
	}
	c, ok := b.chainOfSignal(u)
	return ok && b.on.isKnown() && c == b.on
}

// leadsToOwn reports whether a call of a func sends what the receiver hears.
func (b *selfblocks) leadsToOwn(call *ast.CallExpr) bool {
	id, key := b.receiver.use.Signal.ID(), ""
	if b.on.isKnown() {
		key = b.on.key()
	}
	return key != "" && b.isUntimed(call, b.receiver.fn) && slices.ContainsFunc(b.effects.ofCall(call).Sends, func(s sends) bool {
		return s.Signal == id && s.Chain == key && !s.Timed
	})
}

// closes reports whether a call closes or drains the signal, or its set.
func (b *selfblocks) closes(u use.Use) bool {
	if u.Op != use.Close && u.Op != use.Drain {
		return false
	}
	c, ok := b.chainOfSignal(u)
	return ok && b.on.isKnown() && c.root == b.on.root && hasPrefix(b.on.path, c.path)
}

// closesAll reports whether a call closes or drains everything in the program.
func (b *selfblocks) closesAll(call *ast.CallExpr) bool {
	fn := use.FuncOf(b.info, call.Fun)
	return fn != nil && slices.Contains([]string{runtimePath + ".Close", runtimePath + ".Drain"}, fn.FullName())
}

const runtimePath = "github.com/signalgen/signalgen/runtime"

// closesConnection reports whether a call drains the connection of the receiver, which
// is in a variable.
func (b *selfblocks) closesConnection(call *ast.CallExpr) bool {
	fn := use.FuncOf(b.info, call.Fun)
	if fn == nil || fn.FullName() != "(*"+runtimePath+".Connection).Drain" {
		return false
	}
	drained, ok := b.chainOfMethod(call.Fun)
	connection, isVariable := b.assignedTo(b.receiver.path)
	return ok && isVariable && drained == connection
}

// assignedTo returns the variable that gets the result of a call.
func (x *index) assignedTo(call path) (chain, bool) {
	parent, _ := call.parent()
	switch parent := parent.(type) {
	case *ast.AssignStmt:
		if len(parent.Lhs) == 1 && len(parent.Rhs) == 1 {
			return x.chainOf(parent.Lhs[0])
		}
	case *ast.ValueSpec:
		if len(parent.Names) == 1 && len(parent.Values) == 1 {
			return chain{root: x.info.Defs[parent.Names[0]]}, true
		}
	}
	return chain{}, false
}
