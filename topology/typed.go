package topology

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// A Package is a package with its syntax and types, for [Options.Inspect].
//
// Its imports have been read from export data. So two packages of one Load have
// different types.Type values for a type that both use: compare such types by name.
//
// Generated files are incomplete: only the parts that Load needs have been read.
type Package struct {
	Path    string
	Imports []string // import paths
	Files   []*ast.File
	Fset    *token.FileSet // the same for all packages
	Types   *types.Package
	Info    *types.Info // Types, Defs, Uses and Selections
	Sound   bool        // the package has no faults
	Listed  bool        // the patterns name the package

	scope *scope
}

// Position returns a position in the form of the model.
func (p *Package) Position(pos token.Pos) Position { return p.scope.at(pos) }

// inspect passes on a package that has been type-checked.
func (o Options) inspect(s *scope, k *checked) {
	if o.Inspect == nil || k.types == nil {
		return
	}
	o.Inspect(&Package{
		Path:    k.PkgPath,
		Imports: slices.Sorted(maps.Keys(k.Imports)),
		Files:   k.files,
		Fset:    s.fset,
		Types:   k.types,
		Info:    k.info,
		Sound:   len(k.faults(s)) == 0,
		Listed:  s.paths[k.PkgPath],
		scope:   s,
	})
}
