package use

import (
	"go/ast"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// methods are the methods of a signal, with their ops.
var methods = map[string]Op{
	"Close": Close, "Configure": Configure, "Connect": Connect, "ConnectFrom": ConnectFrom,
	"Disconnect": Disconnect, "DisconnectAll": DisconnectAll, "Doc": Doc, "Each": Each, "Events": Events,
	"HasReceivers": HasReceivers, "HasReceiversFrom": HasReceiversFrom, "Mute": Mute, "Name": Name, "Next": Next,
	"Receivers": Receivers, "Send": Send, "SendConcurrent": SendConcurrent, "SendRobust": SendRobust, "Tap": Tap,

	"each": Each, "send": Send, "sendConcurrent": SendConcurrent, "sendRobust": SendRobust,
}

// setMethods are the methods of a set, with their ops.
var setMethods = map[string]Op{"All": All, "Close": Close, "Configure": Configure, "Drain": Drain}

// isListen reports whether fn is the method of a signaltest recorder that taps any
// signal.
func isListen(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && fn.Name() == "Listen" && isNamed(recv.Type(), testPath, "Recorder")
}

// opOfMethod returns the op of a method with this name, of a signal or a set.
func opOfMethod(name string) Op {
	if op, ok := methods[name]; ok {
		return op
	}
	return setMethods[name]
}

// ofMethod returns what a method of a signal or a set does.
func ofMethod(info *types.Info, fun ast.Expr, fn *types.Func) (Use, bool) {
	of := fn.Signature().Recv().Type()
	if set, ok := SetOf(of); ok && setMethods[fn.Name()] != "" {
		return Use{Op: setMethods[fn.Name()], Set: set, Func: fn}, true
	}
	if isListen(fn) {
		return Use{Op: Tap, Func: fn}, true
	}
	op := methods[fn.Name()]
	if op == "" {
		return Use{}, false
	}
	if s, ok := OfType(of); ok {
		return Use{Op: op, Signal: s, Func: fn}, true
	}
	if isAnySignal(of) || isRuntimeSignal(of) {
		s, _ := promotedFrom(info, fun)
		return Use{Op: op, Signal: s, Func: fn}, true
	}
	return Use{}, false
}

// isAnySignal reports whether t is the interface of all signals.
func isAnySignal(t types.Type) bool { return isNamed(t, runtimePath, "AnySignal") }

// promotedFrom returns the signal that the named method of runtime.Signal is promoted
// to.
func promotedFrom(info *types.Info, fun ast.Expr) (Signal, bool) {
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return Signal{}, false
	}
	selection := info.Selections[selector]
	if selection == nil {
		return Signal{}, false
	}
	if s, ok := OfExpr(info, selector.X); ok {
		return s, true
	}
	path := selection.Index()
	for t := selection.Recv(); len(path) > 1; path = path[1:] {
		structure, ok := derefStruct(t)
		if !ok {
			break
		}
		t = structure.Field(path[0]).Type()
		if s, ok := OfType(t); ok {
			return s, true
		}
	}
	return Signal{}, false
}

func derefStruct(t types.Type) (*types.Struct, bool) {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	structure, ok := t.Underlying().(*types.Struct)
	return structure, ok
}

// packageFuncs are the names of the package-level funcs of a signal, with their ops. A
// name consists of verb, signal and rest.
var packageFuncs = []struct {
	verb, rest string
	op         Op
}{
	{"Send", "", Send},
	{"Connect", "", Connect},
	{"Connect", "From", ConnectFrom},
	{"Connect", "Weak", ConnectWeak},
	{"Connect", "WeakOn", ConnectWeak},
}

func hasVerb(name string) bool {
	for _, verb := range []string{"Connect", "connect", "Send", "send"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// ofPackageFunc returns what a package-level func does. Its name shows that it is
// generated: the generator rejects a signal beside another func of that name.
func ofPackageFunc(fn *types.Func) (Use, bool) {
	for _, f := range packageFuncs {
		name, ok := strings.CutSuffix(fn.Name(), f.rest)
		if !ok {
			continue
		}
		s, ok := namedBy(fn.Pkg(), name, f.verb)
		if ok && s.Holder.TypeParams().Len() == 0 {
			return Use{Op: f.op, Signal: s, Func: fn}, true
		}
	}
	return Use{}, false
}

// namedBy returns the signal whose func has the name, made from the verb and the type.
// The funcs of unexported signals are unexported, and so are those that send private
// ones.
func namedBy(pkg *types.Package, name, verb string) (Signal, bool) {
	if of, ok := strings.CutPrefix(name, verb); ok {
		return inScope(pkg, of)
	}
	of, ok := strings.CutPrefix(name, strings.ToLower(verb))
	if !ok {
		return Signal{}, false
	}
	if s, ok := inScope(pkg, lowerFirst(of)); ok {
		return s, true
	}
	s, ok := inScope(pkg, of)
	return s, ok && verb == "Send" && s.IsPrivate()
}

// inScope returns the signal that a package declares under this name.
func inScope(pkg *types.Package, name string) (Signal, bool) {
	holder, _ := pkg.Scope().Lookup(name + "Signal").(*types.TypeName)
	if holder == nil {
		return Signal{}, false
	}
	return OfType(holder.Type())
}

// lowerFirst puts the first letter of a word into lower case.
func lowerFirst(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToLower(first)) + word[size:]
}
