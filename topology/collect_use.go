package topology

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"github.com/signalgen/signalgen/topology/internal/use"
)

var ways = map[use.Op]Way{
	use.Send:           WaySend,
	use.SendRobust:     WayRobust,
	use.SendConcurrent: WayConcurrent,
	use.Each:           WayEach,
	use.Deliver:        WayDeliver,
}

var hows = map[use.Op]How{
	use.Connect:     HowConnect,
	use.ConnectFrom: HowFrom,
	use.ConnectWeak: HowWeak,
	use.Tap:         HowTap,
	use.Relay:       HowRelay,
	use.Next:        HowNext,
	use.Events:      HowEvents,
}

func (c *collector) newSend(u use.Use, n ast.Node) Send {
	return Send{
		Signal:      c.id(u.Signal),
		Way:         ways[u.Op],
		TypeArgs:    u.Signal.TypeArgs(),
		Conditional: c.isConditional(),
		Concurrent:  c.isConcurrent(),
		In:          c.enclosing(),
		Pos:         c.at(n.Pos()),
		Test:        c.file.test,
	}
}

func (c *collector) send(u use.Use, call *ast.CallExpr) {
	c.part.sends = append(c.part.sends, c.newSend(u, call))
}

func (c *collector) newReceive(u use.Use, n ast.Node) Receive {
	return Receive{
		Signal:   c.id(u.Signal),
		How:      hows[u.Op],
		TypeArgs: u.Signal.TypeArgs(),
		In:       c.enclosing(),
		Pos:      c.at(n.Pos()),
		Test:     c.file.test,
	}
}

// receive records a call that connects.
func (c *collector) receive(u use.Use, call *ast.CallExpr) {
	r := c.newReceive(u, call)
	c.fill(&r, u)
	c.part.receives = append(c.part.receives, r)
	if r.Kind == Chain {
		chained := *c.target(u).Chain
		send := c.newSend(chained, u.Receiver)
		send.Way, send.Chained = WayChained, r.Signal
		c.part.sends = append(c.part.sends, send)
	}
}

// fill says which receiver a call connects, and with which options.
func (c *collector) fill(r *Receive, u use.Use) {
	if u.Receiver == nil { // a recorder of signaltest is the receiver
		r.Kind, r.Receiver = Value, c.expression(u.Call.Fun)
		return
	}
	r.Options = ConnectOptions(use.ReadOptions(c.info, u.Options))
	target := c.target(u)
	c.handled[use.NameIn(target.Expr)], c.handled[ast.Unparen(u.Receiver)] = true, true
	switch {
	case target.Func != nil:
		r.Kind, r.Receiver = NamedFunc, c.funcOf(target.Func.Origin())
		if target.Func.Signature().Recv() != nil {
			r.Kind = Method
		}
	case target.Literal != nil:
		r.Kind, r.Receiver = Literal, c.literals[target.Literal]
	case target.Chain != nil:
		r.Kind, r.Receiver = Chain, c.funcOf(target.Chain.Func.Origin())
		if target.Chain.Signal.IsKnown() {
			r.Chained = c.id(target.Chain.Signal)
		}
	default:
		r.Kind = Value
		r.Receiver = c.expression(target.Expr)
	}
}

// target returns what a call connects: the func that an option names, or else the
// connected expression.
func (c *collector) target(u use.Use) use.Target {
	receiver := u.Receiver
	if annotated := use.Annotated(c.info, u.Options); annotated != nil {
		receiver = annotated
	}
	return use.TargetOf(c.info, c.values, receiver)
}

// expression describes a func that is known only as an expression.
func (c *collector) expression(e ast.Expr) Func {
	return Func{Package: c.PkgPath, Name: types.ExprString(e), Pos: c.at(e.Pos())}
}

// receiveValue records that a func that connects is used as a value. Its receivers
// depend on who calls the value.
func (c *collector) receiveValue(u use.Use, name ast.Expr) {
	r := c.newReceive(u, name)
	r.Kind = Value
	r.Receiver = c.expression(name)
	if call, ok := c.parent().(*ast.CallExpr); ok {
		r.Receiver = c.expression(call.Fun)
	}
	c.part.receives = append(c.part.receives, r)
}

// waits records a call of Next or Events.
func (c *collector) waits(u use.Use, n ast.Node) {
	r := c.newReceive(u, n)
	r.Kind, r.Receiver = Waiting, r.In
	c.part.receives = append(c.part.receives, r)
}

var bridgeWays = map[use.Op]BridgeWay{
	use.Publish: BridgePublish,
	use.Receive: BridgeReceive,
	use.Serve:   BridgeServe,
	use.Forward: BridgeForward,
}

func (c *collector) newBridge(u use.Use, n ast.Node) Bridge {
	return Bridge{Way: bridgeWays[u.Op], In: c.enclosing(), Pos: c.at(n.Pos()), Test: c.file.test}
}

func (c *collector) bridge(u use.Use, call *ast.CallExpr) {
	b := c.newBridge(u, call)
	b.Signal, b.TypeArgs = c.id(u.Signal), u.Signal.TypeArgs()
	b.Carries = c.typ(carried(u.Signal))
	for _, option := range u.Options {
		call, ok := ast.Unparen(option).(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			continue
		}
		switch fn := use.FuncOf(c.info, call.Fun); {
		case fn == nil:
		case fn.Name() == "Group":
			b.Group = c.text(call.Args[0])
		case fn.Name() == "KeyBy":
			b.Key = c.keyOf(call.Args[0])
		}
	}
	c.part.bridges = append(c.part.bridges, b)
}

// keyOf describes the key that a func returns.
func (c *collector) keyOf(key ast.Expr) string {
	literal, ok := ast.Unparen(key).(*ast.FuncLit)
	if !ok {
		if fn := use.FuncOf(c.info, key); fn != nil {
			return c.funcOf(fn.Origin()).Label()
		}
		return types.ExprString(key)
	}
	if len(literal.Body.List) == 1 {
		if result, ok := literal.Body.List[0].(*ast.ReturnStmt); ok && len(result.Results) == 1 {
			return c.keyIn(literal, result.Results[0])
		}
	}
	return "func"
}

// keyIn returns the key that a literal returns, without the parameter that it is a
// field of.
func (c *collector) keyIn(literal *ast.FuncLit, key ast.Expr) string {
	path := ""
	for e := ast.Unparen(key); ; {
		selector, ok := e.(*ast.SelectorExpr)
		if !ok {
			if name, ok := e.(*ast.Ident); ok && path != "" && c.isParam(literal, name) {
				return strings.TrimPrefix(path, ".")
			}
			return types.ExprString(key)
		}
		path = "." + selector.Sel.Name + path
		e = ast.Unparen(selector.X)
	}
}

// isParam reports whether a name is a parameter of a literal.
func (c *collector) isParam(literal *ast.FuncLit, name *ast.Ident) bool {
	obj := c.info.Uses[name]
	return obj != nil && literal.Type.Params.Pos() <= obj.Pos() && obj.Pos() < literal.Type.Params.End()
}

// forward records the named signals.
func (c *collector) forward(u use.Use, call *ast.CallExpr) {
	for _, name := range u.Options {
		b := c.newBridge(u, call)
		b.Signal = c.text(name)
		c.part.forwards = append(c.part.forwards, b)
	}
}

// text returns the value of a constant string, or "".
func (c *collector) text(e ast.Expr) string {
	value := c.info.Types[e].Value
	if value == nil || value.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(value)
}

// lists records that All passes on the signals of a set, unless it is passed to a func
// of this module, for example one that closes them.
func (c *collector) lists(u use.Use, n ast.Node) {
	if call, ok := c.parent().(*ast.CallExpr); ok && call.Fun != n && c.isOurs(use.FuncOf(c.info, call.Fun)) {
		return
	}
	for _, s := range use.SignalsOf(u.Set) {
		c.unknown(c.id(s), fmt.Sprintf("%s.All lists it", u.Set.Obj().Name()), n)
	}
}
