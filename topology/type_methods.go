package topology

import (
	"go/token"
	"go/types"
)

// ownForm describes a type whose methods determine its JSON. own is false for others.
func ownForm(typ types.Type) (described Type, own bool) {
	if isDeclared(typ, "encoding/json", "Number") {
		return Type{Kind: KindNumber}, true
	}
	if isPointer(typ) {
		return Type{}, false // a pointer is null, or what it points to
	}
	if method := methodOf(typ, marshalJSON); method != nil {
		return Type{Kind: kindOfMarshaler(method)}, true
	}
	pointer := types.NewPointer(typ)
	switch {
	case methodOf(pointer, marshalJSON) != nil:
		return Type{Kind: KindOpaque}, true
	case methodOf(typ, marshalText) != nil:
		return Type{Kind: KindText}, true
	case methodOf(pointer, marshalText) != nil:
		return Type{Kind: KindOpaque}, true
	}
	return Type{}, false
}

func isPointer(typ types.Type) bool {
	_, ok := typ.Underlying().(*types.Pointer)
	return ok
}

// kindOfMarshaler returns the kind of what a method MarshalJSON writes. The method may
// be promoted from an embedded struct.
func kindOfMarshaler(method *types.Func) TypeKind {
	of := method.Signature().Recv().Type()
	switch {
	case isDeclared(of, "time", "Time"):
		return KindTime
	case isDeclared(of, "encoding/json", "RawMessage"):
		return KindRaw
	}
	return KindOpaque
}

// isDeclared reports whether a type is the declared one with this name.
func isDeclared(typ types.Type, path, name string) bool {
	named, ok := types.Unalias(typ).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path
}

// decodes reports whether encoding/json lets a type decode its own JSON.
func decodes(typ types.Type) bool {
	if isPointer(typ) {
		return false
	}
	pointer := types.NewPointer(typ)
	return methodOf(pointer, unmarshalJSON) != nil || methodOf(pointer, unmarshalText) != nil
}

// The methods that encoding/json looks for.
var (
	marshalJSON   = newMethod("MarshalJSON", nil, []types.Type{bytesType, errorType})
	marshalText   = newMethod("MarshalText", nil, []types.Type{bytesType, errorType})
	unmarshalJSON = newMethod("UnmarshalJSON", []types.Type{bytesType}, []types.Type{errorType})
	unmarshalText = newMethod("UnmarshalText", []types.Type{bytesType}, []types.Type{errorType})
)

var (
	bytesType = types.NewSlice(types.Typ[types.Uint8])
	errorType = types.Universe.Lookup("error").Type()
)

func newMethod(name string, params, results []types.Type) *types.Func {
	signature := types.NewSignatureType(nil, nil, nil, tupleOf(params), tupleOf(results), false)
	return types.NewFunc(token.NoPos, nil, name, signature)
}

func tupleOf(list []types.Type) *types.Tuple {
	vars := make([]*types.Var, len(list))
	for i, typ := range list {
		vars[i] = types.NewParam(token.NoPos, nil, "", typ)
	}
	return types.NewTuple(vars...)
}

// methodOf returns the method of typ with the name and signature of wanted, or nil.
func methodOf(typ types.Type, wanted *types.Func) *types.Func {
	found, _, _ := types.LookupFieldOrMethod(typ, false, nil, wanted.Name())
	method, ok := found.(*types.Func)
	if !ok || !types.Identical(method.Signature(), wanted.Signature()) {
		return nil
	}
	return method
}

// isByte reports whether a slice of typ is written as one string.
func isByte(typ types.Type) bool {
	basic, ok := typ.Underlying().(*types.Basic)
	pointer := types.NewPointer(typ)
	return ok && basic.Kind() == types.Uint8 && methodOf(pointer, marshalJSON) == nil && methodOf(pointer, marshalText) == nil
}

// isKey reports whether typ can be the type of a map's keys.
func isKey(typ types.Type) bool {
	if _, ok := types.Unalias(typ).(*types.TypeParam); ok {
		return true
	}
	basic, ok := typ.Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsString|types.IsInteger) != 0 || methodOf(typ, marshalText) != nil
}
