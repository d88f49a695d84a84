package topology

import "go/types"

// TypesOf describes types, and all that they are made of, as a [Model] has them, without
// doc comments. It returns the names of those that are given, in their order.
//
// Of a package that is known from export data, types may lack constants that the package
// which imports it does not use.
func TypesOf(given ...types.Type) (names []string, described map[string]Type) {
	t := newTypeTable(
		func(types.Object) string { return "" },
		func(p *types.Package) *types.Package { return p },
	)
	for _, typ := range given {
		names = append(names, t.add(typ))
	}
	return names, t.types
}
