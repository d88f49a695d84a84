package topology

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// typeNames gives types their names. It is [types.TypeString] for which one type has one
// name and two have two: aliases are resolved, and types that funcs declare are numbered.
type typeNames struct {
	local map[*types.TypeName]int // of the types that are declared in funcs, in the order they come in
}

func (n *typeNames) of(typ types.Type) string {
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		return types.TypeString(types.Typ[typ.Kind()], nil) // not byte or rune
	case *types.Named:
		return n.ofObject(typ.Obj()) + n.ofTypeArgs(typ)
	case *types.TypeParam:
		return ofTypeParam(typ)
	case *types.Pointer:
		return "*" + n.of(typ.Elem())
	case *types.Slice:
		return "[]" + n.of(typ.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", typ.Len(), n.of(typ.Elem()))
	case *types.Map:
		return fmt.Sprintf("map[%s]%s", n.of(typ.Key()), n.of(typ.Elem()))
	case *types.Struct:
		return n.ofStruct(typ)
	case *types.Interface:
		if typ.Empty() {
			return "any"
		}
	}
	return types.TypeString(typ, nil) // an interface with methods, and what JSON makes nothing of
}

func (n *typeNames) ofObject(obj *types.TypeName) string {
	pkg := obj.Pkg()
	if pkg == nil {
		return obj.Name() // error
	}
	name := pkg.Path() + "." + obj.Name()
	if obj.Parent() == pkg.Scope() {
		return name
	}
	number, found := n.local[obj]
	if !found {
		if n.local == nil {
			n.local = make(map[*types.TypeName]int)
		}
		number = len(n.local) + 1
		n.local[obj] = number
	}
	return name + "·" + strconv.Itoa(number)
}

func (n *typeNames) ofTypeArgs(named *types.Named) string {
	args := typeArgsOf(named)
	if len(args) == 0 {
		return ""
	}
	names := make([]string, len(args))
	for i, arg := range args {
		names[i] = n.of(arg)
	}
	return "[" + strings.Join(names, ",") + "]"
}

// ofTypeParam returns the name of a type parameter, with a mark if it would be taken for
// a predeclared type.
func ofTypeParam(param *types.TypeParam) string {
	name := param.Obj().Name()
	if types.Universe.Lookup(name) != nil {
		return name + "·"
	}
	return name
}

func (n *typeNames) ofStruct(s *types.Struct) string {
	fields := make([]string, s.NumFields())
	for i := range fields {
		field := s.Field(i)
		fields[i] = n.of(field.Type())
		if !field.Embedded() {
			fields[i] = field.Name() + " " + fields[i]
		}
		if tag := s.Tag(i); tag != "" {
			fields[i] += " " + strconv.Quote(tag)
		}
	}
	return "struct{" + strings.Join(fields, "; ") + "}"
}
