package topology

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// A Package is a package with its syntax and types, as [Options.Inspect] gets it.
//
// What it imports has been read from export data. The packages of one Load therefore have
// types of their own for what they share: compare these by name.
//
// Of the files that signalgen wrote, there is only what says something about a program.
type Package struct {
	Path    string
	Imports []string // import paths
	Files   []*ast.File
	Fset    *token.FileSet // the same for all packages
	Types   *types.Package
	Info    *types.Info // Types, Defs, Uses and Selections
	Sound   bool        // it has no faults
	Listed  bool        // the patterns name it

	scope *scope
}

// Position returns a place as the model has it.
func (p *Package) Position(pos token.Pos) Position { return p.scope.at(pos) }

// inspect hands on a package that has been type-checked.
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
