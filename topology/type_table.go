package topology

import (
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A typeTable collects the Types of a Model. It only needs types, from source or from
// export data.
type typeTable struct {
	types map[string]Type // by name
	docs  func(types.Object) string

	// complete returns a package with everything that it exports. If only another
	// package has imported it, its types may lack constants.
	complete func(*types.Package) *types.Package
}

// newTypeTable returns an empty table.
func newTypeTable(docs func(types.Object) string, complete func(*types.Package) *types.Package) *typeTable {
	return &typeTable{types: make(map[string]Type), docs: docs, complete: complete}
}

// typesOf describes the types that all parts have recorded.
func typesOf(c *checker, parts []*part) map[string]Type {
	docs := &docFinder{fset: c.fset, files: make(map[string]fileDocs)}
	for _, p := range parts {
		maps.Copy(docs.files, p.docs)
	}
	t := newTypeTable(docs.of, c.complete)
	for _, p := range parts {
		for _, typ := range p.types {
			t.add(typ)
		}
	}
	return t.types
}

// add describes a type and all types that it consists of, and returns its name in the
// table.
func (t *typeTable) add(typ types.Type) string {
	typ = types.Unalias(typ)
	name := typeName(typ)
	if _, found := t.types[name]; found {
		return name
	}
	t.types[name] = Type{Kind: KindOpaque} // ends the recursion of a type that refers to itself
	if isEndless(name) {
		return name
	}
	described := t.describe(typ)
	t.nameDeclared(&described, typ)
	t.types[name] = described
	return name
}

// isEndless reports whether a name is longer or deeper than that of any type that
// compiles. It is then an instance of a generic type whose instances refer to ever
// larger ones.
func isEndless(name string) bool {
	return len(name) > 10_000 || strings.Count(name, "[")+strings.Count(name, "*") > 250
}

// describe describes how a type is written.
func (t *typeTable) describe(typ types.Type) Type {
	if _, ok := typ.(*types.TypeParam); ok {
		return Type{Kind: KindParameter}
	}
	if types.IsInterface(typ) {
		return Type{Kind: kindOfInterface(typ)}
	}
	described, own := ownForm(typ)
	if !own {
		described = t.describeUnderlying(typ)
	}
	described.Decodes = decodes(typ)
	return described
}

func kindOfInterface(typ types.Type) TypeKind {
	if typ.Underlying().(*types.Interface).NumMethods() > 0 {
		return KindInterface
	}
	return KindAny
}

// describeUnderlying describes a type that has no methods for JSON.
func (t *typeTable) describeUnderlying(typ types.Type) Type {
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		return Type{Kind: kindOfBasic(u)}
	case *types.Pointer:
		return Type{Kind: KindPointer, Elem: t.add(u.Elem())}
	case *types.Slice:
		if isByte(u.Elem()) {
			return Type{Kind: KindBytes, Elem: t.add(u.Elem())}
		}
		return Type{Kind: KindSlice, Elem: t.add(u.Elem())}
	case *types.Array:
		return Type{Kind: KindArray, Elem: t.add(u.Elem()), Len: u.Len()}
	case *types.Map:
		kind := KindMap
		if !isKey(u.Key()) {
			kind = KindUnsupported
		}
		return Type{Kind: kind, Key: t.add(u.Key()), Elem: t.add(u.Elem())}
	case *types.Struct:
		written, unwritten := t.fields(typ)
		return Type{Kind: KindStruct, Fields: written, Unwritten: unwritten}
	default:
		return Type{Kind: KindUnsupported}
	}
}

// kindOfBasic returns the kind with the same name, if there is one.
func kindOfBasic(b *types.Basic) TypeKind {
	if b.Info()&types.IsComplex != 0 || b.Info()&types.IsConstType == 0 {
		return KindUnsupported
	}
	return TypeKind(types.Typ[b.Kind()].Name())
}

// nameDeclared fills in what a type has from its declaration.
func (t *typeTable) nameDeclared(described *Type, typ types.Type) {
	named, ok := typ.(*types.Named)
	if !ok {
		return
	}
	described.Name = named.Obj().Name()
	for _, arg := range typeArgsOf(named) {
		described.TypeArgs = append(described.TypeArgs, t.add(arg))
	}
	if pkg := named.Obj().Pkg(); pkg != nil {
		described.Package = pkg.Path()
		described.Doc = t.docs(named.Obj())
		described.Values = t.values(described.Kind, named)
	}
}

// typeArgsOf returns the type arguments of an instance, or the type parameters of the
// generic type itself.
func typeArgsOf(named *types.Named) []types.Type {
	if args := named.TypeArgs(); args != nil {
		return slices.Collect(args.Types())
	}
	var params []types.Type
	for param := range named.TypeParams().TypeParams() {
		params = append(params, param)
	}
	return params
}
