package use

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

const (
	modulePath  = "github.com/signalgen/signalgen"
	runtimePath = modulePath + "/runtime"
	bridgePath  = modulePath + "/bridge"
	testPath    = modulePath + "/signaltest"
)

// A Signal is a generated signal, or an instance of a generic one.
type Signal struct {
	Holder   *types.Named    // the generated type XSignal
	Declared *types.TypeName // the type X with the directive
}

// IsKnown reports whether s is a signal at all.
func (s Signal) IsKnown() bool { return s.Holder != nil }

// ID returns the import path of the signal's package, a dot, and the name of the
// declared type.
func (s Signal) ID() string { return s.Declared.Pkg().Path() + "." + s.Declared.Name() }

// TypeArgs returns the type arguments of an instance, with import paths. It returns nil
// for a signal that is not generic.
func (s Signal) TypeArgs() []string {
	var args []string
	for arg := range s.Holder.TypeArgs().Types() {
		args = append(args, types.TypeString(arg, nil))
	}
	return args
}

// IsPrivate reports whether only the declaring package sends the signal.
func (s Signal) IsPrivate() bool {
	for m := range s.Holder.Methods() {
		if m.Name() == "send" {
			return true
		}
	}
	return false
}

// OfType returns the signal that t is, or that t points to.
func OfType(t types.Type) (Signal, bool) {
	named := namedOf(t)
	if named == nil {
		return Signal{}, false
	}
	name, ok := strings.CutSuffix(named.Obj().Name(), "Signal")
	if !ok || !embedsSignal(named) {
		return Signal{}, false
	}
	declared, _ := named.Obj().Pkg().Scope().Lookup(name).(*types.TypeName)
	if declared == nil {
		return Signal{}, false
	}
	return Signal{named, declared}, true
}

// embedsSignal reports whether a type is a struct that consists of an embedded
// runtime.Signal.
func embedsSignal(named *types.Named) bool {
	structure, ok := named.Underlying().(*types.Struct)
	if !ok || structure.NumFields() != 1 || !structure.Field(0).Embedded() {
		return false
	}
	return isRuntimeSignal(structure.Field(0).Type())
}

func isRuntimeSignal(t types.Type) bool { return isNamed(t, runtimePath, "Signal") }

// isNamed reports whether t is, or points to, the named type of a package.
func isNamed(t types.Type, path, name string) bool {
	named := namedOf(t)
	return named != nil && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path
}

// namedOf returns the named type that t is or points to, or nil.
func namedOf(t types.Type) *types.Named {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// OfExpr returns the signal that an expression is or points to. It also finds a signal
// that is converted to an interface, and that of an embedded runtime.Signal.
func OfExpr(info *types.Info, e ast.Expr) (Signal, bool) {
	e = ast.Unparen(e)
	if s, ok := OfType(info.TypeOf(e)); ok {
		return s, true
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return OfExpr(info, e.X)
		}
	case *ast.SelectorExpr:
		if isRuntimeSignal(info.TypeOf(e)) {
			return OfExpr(info, e.X)
		}
	case *ast.CallExpr:
		if info.Types[e.Fun].IsType() && len(e.Args) == 1 {
			return OfExpr(info, e.Args[0])
		}
	}
	return Signal{}, false
}

// SetOf returns the generated type Signals that t is or points to.
func SetOf(t types.Type) (*types.Named, bool) {
	named := namedOf(t)
	if named == nil || named.Obj().Name() != "Signals" || len(SignalsOf(named)) == 0 {
		return nil, false
	}
	return named, true
}

// SignalsOf returns the signals of a set, in the order of its fields. It returns nil
// for a type that is not a set.
func SignalsOf(set *types.Named) []Signal {
	structure, ok := set.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var signals []Signal
	for field := range structure.Fields() {
		s, ok := OfType(field.Type())
		if !ok || s.Declared.Name() != field.Name() {
			return nil
		}
		signals = append(signals, s)
	}
	return signals
}
