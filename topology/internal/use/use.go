// Package use finds out what an expression does with a generated signal. It recognizes
// a signal by its types. Export data of the declaring package is enough.
package use

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// An Op is what is done with a signal or a set.
type Op string

// Ops that connect a receiver.
const (
	Connect     Op = "Connect"
	ConnectFrom Op = "ConnectFrom"
	ConnectWeak Op = "ConnectWeak" // ConnectXWeak and ConnectXWeakOn
	Tap         Op = "Tap"
	Relay       Op = "Relay" // runtime.Relay
)

// Ops that send. Those of a private signal are the same.
const (
	Send           Op = "Send"
	SendRobust     Op = "SendRobust"
	SendConcurrent Op = "SendConcurrent"
	Each           Op = "Each"
	Deliver        Op = "Deliver" // runtime.Deliver
)

// Ops that wait for sends.
const (
	Next   Op = "Next"
	Events Op = "Events"
)

// Ops of bridges.
const (
	Publish Op = "Publish"
	Receive Op = "Receive"
	Serve   Op = "Serve"
	Forward Op = "Forward" // bridge.Forward, whose options name the signals
)

// Other ops of a signal and of a set.
const (
	All              Op = "All"
	Close            Op = "Close"
	Configure        Op = "Configure"
	Disconnect       Op = "Disconnect"
	DisconnectAll    Op = "DisconnectAll"
	Doc              Op = "Doc"
	Drain            Op = "Drain"
	HasReceivers     Op = "HasReceivers"
	HasReceiversFrom Op = "HasReceiversFrom"
	Mute             Op = "Mute"
	Name             Op = "Name"
	Receivers        Op = "Receivers"
)

// Connects reports whether the op connects a receiver.
func (o Op) Connects() bool {
	return slices.Contains([]Op{Connect, ConnectFrom, ConnectWeak, Tap, Relay}, o)
}

// Sends reports whether the op sends from this program. What bridges receive does not
// count.
func (o Op) Sends() bool {
	return slices.Contains([]Op{Send, SendRobust, SendConcurrent, Each, Deliver}, o)
}

// Bridges reports whether the op connects a signal to other processes.
func (o Op) Bridges() bool { return slices.Contains([]Op{Publish, Receive, Serve, Forward}, o) }

// A Use is a call of a generated func or method, or of a func that takes any signal. It
// can also be such a func used as a value.
type Use struct {
	Op Op

	// Signal is the signal that is used. It is zero for a set, and if the call takes
	// any signal and it cannot be seen which one.
	Signal Signal

	// Set is the type Signals of a package, for All, Close, Configure and Drain.
	Set *types.Named

	Func *types.Func   // the func or method; for a generic type, that of the instance
	Call *ast.CallExpr // nil for a value

	// Arg is the signal that is passed to a func that takes one: to runtime.Deliver
	// and Relay, to funcs of package bridge, and to ConnectXWeakOn. It is nil for
	// others.
	Arg ast.Expr

	// Receiver is the func that a call connects; for a weak connect it is the method
	// expression. It is nil if the call does not connect, and for a value.
	Receiver ast.Expr

	// Options are the remaining arguments of a call that connects or bridges. For
	// Forward they are the names of signals.
	Options []ast.Expr
}

// OfCall returns what a call does with a signal or a set.
func OfCall(info *types.Info, call *ast.CallExpr) (Use, bool) {
	u, ok := OfValue(info, call.Fun)
	if ok {
		u.Call = call
		u.readArgs(info, call.Args)
	}
	return u, ok
}

// OfValue returns what a func does that an expression names without calling it. When
// walking a tree, do not ask again about [NameIn] of a call's Fun.
func OfValue(info *types.Info, e ast.Expr) (Use, bool) {
	fn := FuncOf(info, e)
	if fn == nil || !mayUse(fn) {
		return Use{}, false
	}
	return ofFunc(info, NameIn(e), fn)
}

// FuncOf returns the func or method that an expression names, for a generic type that
// of the instance. It returns nil for other expressions.
func FuncOf(info *types.Info, e ast.Expr) *types.Func {
	var fn *types.Func
	switch name := NameIn(e).(type) {
	case *ast.Ident:
		fn, _ = info.Uses[name].(*types.Func)
	case *ast.SelectorExpr:
		fn, _ = info.Uses[name.Sel].(*types.Func)
	}
	return fn
}

// NameIn returns the name or selector of an expression of a func, without parentheses
// and type arguments.
func NameIn(e ast.Expr) ast.Expr {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return NameIn(e.X)
	case *ast.IndexListExpr:
		return NameIn(e.X)
	default:
		return e
	}
}

// mayUse is a quick check of a func's name.
func mayUse(fn *types.Func) bool {
	name := fn.Name()
	if fn.Pkg() == nil {
		return false
	}
	if fn.Signature().Recv() != nil {
		return opOfMethod(name) != "" || isListen(fn)
	}
	_, ok := anySignalFuncs[fullName(fn)]
	return ok || hasVerb(name)
}

// ofFunc returns what a func does, whether it is called or not.
func ofFunc(info *types.Info, fun ast.Expr, fn *types.Func) (Use, bool) {
	if fn.Signature().Recv() != nil {
		return ofMethod(info, fun, fn)
	}
	if f, ok := anySignalFuncs[fullName(fn)]; ok {
		return Use{Op: f.op, Func: fn}, true
	}
	return ofPackageFunc(fn)
}

// fullName returns the import path and the name of a func, or "" for a method.
func fullName(fn *types.Func) string {
	if fn.Signature().Recv() != nil {
		return ""
	}
	return fn.Pkg().Path() + "." + fn.Name()
}

// anySignalFunc is a func of this module that takes any signal.
type anySignalFunc struct {
	op Op
	places
}

var anySignalFuncs = map[string]anySignalFunc{
	runtimePath + ".Deliver": {Deliver, places{signal: 1, receiver: -1, options: -1}},
	runtimePath + ".Relay":   {Relay, places{signal: 0, receiver: 2, options: -1}},
	bridgePath + ".Publish":  {Publish, places{signal: 1, receiver: -1, options: 2}},
	bridgePath + ".Receive":  {Receive, places{signal: 1, receiver: -1, options: 2}},
	bridgePath + ".Serve":    {Serve, places{signal: 2, receiver: -1, options: 3}},
	bridgePath + ".Forward":  {Forward, places{signal: -1, receiver: -1, options: 3}},
}

// places has the indexes of the signal, the receiver and the first option among the
// arguments of a call, or -1. The options extend to the last argument.
type places struct{ signal, receiver, options int }

// readArgs finds the signal, the receiver and the options among the arguments.
func (u *Use) readArgs(info *types.Info, args []ast.Expr) {
	at := u.places(info)
	if at.signal >= 0 && at.signal < len(args) {
		u.Arg = args[at.signal]
		if !u.Signal.IsKnown() {
			u.Signal, _ = OfExpr(info, u.Arg)
		}
	}
	if at.receiver >= 0 && at.receiver < len(args) {
		u.Receiver = args[at.receiver]
	}
	if at.options >= 0 && at.options <= len(args) {
		u.Options = args[at.options:]
	}
}

func (u *Use) places(info *types.Info) places {
	at := places{-1, -1, -1}
	if f, ok := anySignalFuncs[fullName(u.Func)]; ok {
		return f.places
	}
	if isListen(u.Func) {
		return places{signal: 0, receiver: -1, options: -1}
	}
	switch u.Op {
	case Connect, Tap:
		at = places{-1, 0, 1}
	case ConnectFrom, ConnectWeak:
		at = places{-1, 1, 2}
	}
	switch {
	case u.Op == ConnectWeak && strings.HasSuffix(u.Func.Name(), "WeakOn"):
		at = places{0, 2, 3}
	case at.receiver >= 0 && isMethodExpr(info, u.Call.Fun):
		at.receiver++
		at.options++
	}
	return at
}

// isMethodExpr reports whether a method is named by its type, as in (*XSignal).Connect.
func isMethodExpr(info *types.Info, fun ast.Expr) bool {
	selector, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	selection := info.Selections[selector]
	return selection != nil && selection.Kind() == types.MethodExpr
}
