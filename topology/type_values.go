package topology

import (
	"cmp"
	"encoding/json"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// values returns the exported constants of a declared type in its package, sorted by
// value, then name, since export data does not have the order of declarations. A type
// with methods for JSON has none: what these write for a constant is not known.
func (t *typeTable) values(kind TypeKind, named *types.Named) []TypeValue {
	if !isScalar(kind) {
		return nil
	}
	consts := constsOf(t.complete(named.Obj().Pkg()), typeName(named))
	slices.SortStableFunc(consts, func(a, b *types.Const) int { return compareValues(a.Val(), b.Val()) })
	var values []TypeValue
	for _, c := range consts {
		if text, ok := jsonOf(c.Val()); ok {
			values = append(values, TypeValue{Name: c.Name(), Value: text, Doc: t.docs(c)})
		}
	}
	return values
}

func compareValues(a, b constant.Value) int {
	switch {
	case a.Kind() == constant.Bool && b.Kind() == constant.Bool:
		return cmp.Compare(a.String(), b.String())
	case constant.Compare(a, token.LSS, b):
		return -1
	case constant.Compare(b, token.LSS, a):
		return 1
	}
	return 0
}

// constsOf returns the exported constants of a type, sorted by name. Export data has no
// others.
func constsOf(pkg *types.Package, typ string) []*types.Const {
	var consts []*types.Const
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Exported() && typeName(c.Type()) == typ {
			consts = append(consts, c)
		}
	}
	return consts
}

// jsonOf returns a constant as JSON. A constant of a package that does not compile may
// have no value.
func jsonOf(v constant.Value) (text string, ok bool) {
	var value any
	switch v.Kind() {
	case constant.Bool:
		value = constant.BoolVal(v)
	case constant.String:
		value = constant.StringVal(v)
	case constant.Int:
		return v.ExactString(), true
	case constant.Float:
		value, _ = constant.Float64Val(v)
	default:
		return "", false
	}
	data, err := json.Marshal(value)
	return string(data), err == nil
}
