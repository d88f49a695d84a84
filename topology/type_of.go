package topology

import "go/types"

// TypesOf describes types, and all types that they consist of, as in a [Model], but
// without doc comments. It returns the names of the given types, in order.
//
// If a package comes from export data, its types may lack constants that the importing
// package does not use.
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
