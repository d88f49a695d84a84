// Package use tells what an expression does with a generated signal. A signal is
// recognised by its types: the declaring package need not be read, export data will do.
package use

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// An Op is what is done with a signal or a set.
type Op string

// What connects a receiver.
const (
	Connect     Op = "Connect"
	ConnectFrom Op = "ConnectFrom"
	ConnectWeak Op = "ConnectWeak" // ConnectXWeak and ConnectXWeakOn
	Tap         Op = "Tap"
	Relay       Op = "Relay" // runtime.Relay
)

// What sends. That of a private signal has the same Op.
const (
	Send           Op = "Send"
	SendRobust     Op = "SendRobust"
	SendConcurrent Op = "SendConcurrent"
	Each           Op = "Each"
	Deliver        Op = "Deliver" // runtime.Deliver
)

// What waits for sends.
const (
	Next   Op = "Next"
	Events Op = "Events"
)

// What bridges do.
const (
	Publish Op = "Publish"
	Receive Op = "Receive"
	Serve   Op = "Serve"
	Forward Op = "Forward" // bridge.Forward, whose options name the signals
)

// What else there is, of a signal and of a set.
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

// Sends reports whether the op sends from this program: what bridges receive is not
// among it.
func (o Op) Sends() bool {
	return slices.Contains([]Op{Send, SendRobust, SendConcurrent, Each, Deliver}, o)
}

// Bridges reports whether the op ties a signal to other processes.
func (o Op) Bridges() bool { return slices.Contains([]Op{Publish, Receive, Serve, Forward}, o) }

// A Use is a call of a generated func or method, or of one that takes any signal, or
// such a func as a value.
type Use struct {
	Op Op

	// Signal is what it is done with. It is zero if that is a set, and if the call takes
	// any signal and which one it gets cannot be seen.
	Signal Signal

	// Set is the type Signals of a package, for All, Close, Configure and Drain.
	Set *types.Named

	Func *types.Func   // the func or method; of a generic type, that of its instance
	Call *ast.CallExpr // nil for a value

	// Arg is the signal as it is handed to a func that takes one: to runtime.Deliver and
	// Relay, to those of package bridge, and to ConnectXWeakOn. It is nil for others.
	Arg ast.Expr

	// Receiver is the func that a call connects, of a weak one the method expression.
	// It is nil if the call does not connect, and for a value.
	Receiver ast.Expr

	// Options are what a call that connects or bridges has behind these. Of Forward
	// they are the names of signals.
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

// OfValue returns what a func does that an expression names without calling it. Who
// walks over a tree asks about [NameIn] of a call's Fun no second time.
func OfValue(info *types.Info, e ast.Expr) (Use, bool) {
	fn := FuncOf(info, e)
	if fn == nil || !mayUse(fn) {
		return Use{}, false
	}
	return ofFunc(info, NameIn(e), fn)
}

// FuncOf returns the func or method that an expression names, of a generic type that of
// the instance; nil for other expressions.
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

// NameIn returns the name or the selector that an expression of a func is, less
// parentheses and type arguments.
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

// mayUse is a quick look at a func's name.
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

// fullName is the import path and the name of a func; nothing for a method.
func fullName(fn *types.Func) string {
	if fn.Signature().Recv() != nil {
		return ""
	}
	return fn.Pkg().Path() + "." + fn.Name()
}

// anySignalFunc is a func of ours that takes any signal.
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

// places says where the signal, the receiver and the options are among the arguments
// of a call, the options up to the last one; -1 for what there is not.
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
