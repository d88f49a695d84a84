package topology

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// typeName returns the name of a type in a Model. It differs from [types.TypeString] in
// that each type has exactly one name: aliases are resolved, and types that funcs
// declare are numbered.
func typeName(typ types.Type) string {
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		return types.TypeString(types.Typ[typ.Kind()], nil) // uint8 and int32, not byte and rune
	case *types.Named:
		return objectName(typ.Obj()) + typeArgsName(typ)
	case *types.TypeParam:
		return typeParamName(typ)
	case *types.Pointer:
		return "*" + typeName(typ.Elem())
	case *types.Slice:
		return "[]" + typeName(typ.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", typ.Len(), typeName(typ.Elem()))
	case *types.Map:
		return fmt.Sprintf("map[%s]%s", typeName(typ.Key()), typeName(typ.Elem()))
	case *types.Struct:
		return structName(typ)
	case *types.Interface:
		if typ.Empty() {
			return "any"
		}
	}
	return types.TypeString(typ, nil) // an interface with methods, or a type without JSON
}

func objectName(obj *types.TypeName) string {
	pkg := obj.Pkg()
	if pkg == nil {
		return obj.Name() // error
	}
	return pkg.Path() + "." + obj.Name() + localNumber(obj.Parent(), pkg.Scope())
}

// localNumber numbers a scope in a package. It returns "" for the package's own scope.
func localNumber(scope, top *types.Scope) string {
	number := ""
	for ; scope != nil && scope != top; scope = scope.Parent() {
		for i := range scope.Parent().NumChildren() {
			if scope.Parent().Child(i) == scope {
				number = "·" + strconv.Itoa(i+1) + number
			}
		}
	}
	return number
}

func typeArgsName(named *types.Named) string {
	args := typeArgsOf(named)
	if len(args) == 0 {
		return ""
	}
	names := make([]string, len(args))
	for i, arg := range args {
		names[i] = typeName(arg)
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// typeParamName returns the name of a type parameter, with a mark if it could be
// confused with a predeclared type.
func typeParamName(param *types.TypeParam) string {
	name := param.Obj().Name()
	if types.Universe.Lookup(name) != nil {
		return name + "·"
	}
	return name
}

func structName(s *types.Struct) string {
	fields := make([]string, s.NumFields())
	for i := range fields {
		field := s.Field(i)
		fields[i] = typeName(field.Type())
		if !field.Embedded() {
			fields[i] = field.Name() + " " + fields[i]
		}
		if tag := s.Tag(i); tag != "" {
			fields[i] += " " + strconv.Quote(tag)
		}
	}
	return "struct{" + strings.Join(fields, "; ") + "}"
}
