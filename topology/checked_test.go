package topology

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// testFiles are the files of all packages in these tests.
var testFiles = token.NewFileSet()

// A checkedPackage is a package of one file, under the import path example.com/p.
type checkedPackage struct {
	*types.Package
	files []*ast.File
}

// A failer is a test, of package testing or of rapid.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// check parses and type-checks the declarations of a package p.
func check(t failer, declarations string) checkedPackage {
	t.Helper()
	pkg, errs := tryCheck(t, declarations)
	for _, err := range errs {
		t.Fatalf("%v in:\n%s", err, declarations)
	}
	return pkg
}

// tryCheck is check for declarations that need not compile.
func tryCheck(t failer, declarations string) (pkg checkedPackage, errs []error) {
	t.Helper()
	source := "package p\n"
	for path := range standard() {
		if strings.Contains(declarations, path[strings.LastIndex(path, "/")+1:]+".") {
			source += "import " + `"` + path + `"` + "\n"
		}
	}
	file, err := parser.ParseFile(testFiles, "p.go", source+declarations, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: standard(), Error: func(err error) { errs = append(errs, err) }}
	checked, _ := config.Check("example.com/p", testFiles, []*ast.File{file}, nil)
	return checkedPackage{checked, []*ast.File{file}}, errs
}

// typeOf returns the type of this name.
func (p checkedPackage) typeOf(name string) types.Type { return p.Scope().Lookup(name).Type() }

// newTestTable returns an empty table for types of a package.
func newTestTable(pkg checkedPackage) *typeTable {
	docs := &docFinder{fset: testFiles, files: map[string]fileDocs{"p.go": docsIn(testFiles, pkg.files[0])}}
	return newTypeTable(docs.of, func(p *types.Package) *types.Package { return p })
}

// standard returns packages of the standard library from export data.
var standard = sync.OnceValue(func() importedPackages {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedTypes, Fset: testFiles}
	found, err := packages.Load(config, "context", "encoding/json", "fmt", "math/big", "net/netip", "os", "time", "unsafe")
	if err != nil {
		panic(err)
	}
	imported := make(importedPackages)
	for _, pkg := range found {
		imported[pkg.PkgPath] = pkg.Types
	}
	return imported
})

type importedPackages map[string]*types.Package

func (p importedPackages) Import(path string) (*types.Package, error) { return p[path], nil }
