package topology

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"os"
	"runtime"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"

	"github.com/signalgen/signalgen/internal/golist"
)

// A checker parses and type-checks packages. It checks each separately: imports come
// from the compiler's export data, so packages need not wait for each other. Only
// packages that do not compile, and variants with tests, are imported from source. A
// checker is safe for use by several goroutines.
type checker struct {
	fset    *token.FileSet
	files   overlay
	exports map[string]*packages.Package // the packages with export data, by import path

	mu       sync.Mutex                // guards what follows
	exported map[string]*types.Package // by import path
	sources  map[string]func() *types.Package
}

func newChecker(fset *token.FileSet, listed []*packages.Package, files overlay) *checker {
	exports := make(map[string]*packages.Package)
	packages.Visit(listed, nil, func(p *packages.Package) {
		if hasExport(p) {
			exports[p.PkgPath] = p
		}
	})
	return &checker{
		fset:     fset,
		files:    files,
		exports:  exports,
		exported: make(map[string]*types.Package),
		sources:  make(map[string]func() *types.Package),
	}
}

// An overlay has the contents of some files, by absolute path, in place of those on disk.
type overlay map[string][]byte

func (o overlay) read(name string) ([]byte, error) {
	if text, found := o[name]; found {
		return text, nil
	}
	return os.ReadFile(name)
}

// A checked is a type-checked package.
type checked struct {
	*packages.Package
	types     *types.Package
	info      *types.Info
	files     []*ast.File
	generated map[*ast.File]bool // the files that signalgen wrote
	kinds     map[string]kind    // what these files say about signals
	errors    []error            // type and syntax errors
}

// check reads a package. Even if something is wrong, the result has everything that
// could be checked.
//
// Other packages import export data, not the result. So check reads only those parts of
// generated files that the package itself uses, about a tenth. If it finds an error, it
// checks again with all of them.
func (c *checker) check(p *packages.Package) *checked {
	k := c.checkOnce(p, false, true)
	if len(k.errors) > 0 {
		k = c.checkOnce(p, false, false)
	}
	return k
}

func (c *checker) checkOnce(p *packages.Package, bodiless, trimmed bool) *checked {
	k := &checked{
		Package:   p,
		generated: make(map[*ast.File]bool),
		kinds:     make(map[string]kind),
		info: &types.Info{
			Types:      make(map[ast.Expr]types.TypeAndValue),
			Defs:       make(map[*ast.Ident]types.Object),
			Uses:       make(map[*ast.Ident]types.Object),
			Selections: make(map[*ast.SelectorExpr]*types.Selection),
		},
	}
	c.parseAll(k, trimmed)
	c.checkFiles(k, bodiless)
	return k
}

// parseAll parses the files of a package, the hand-written ones first: they determine
// what is needed of the others.
func (c *checker) parseAll(k *checked, trimmed bool) {
	used := make(map[string]bool)
	var generated []string
	for _, name := range k.GoFiles {
		text, err := c.files.read(name)
		if err != nil {
			k.errors = append(k.errors, err)
			continue
		}
		if isGenerated(text) {
			generated = append(generated, name)
			continue
		}
		if file := c.parse(k, name, text, parser.ParseComments); file != nil && trimmed {
			addNames(used, file)
		}
	}
	for _, name := range generated {
		c.parseGenerated(k, name, used, trimmed)
	}
}

func (c *checker) parseGenerated(k *checked, name string, used map[string]bool, trimmed bool) {
	text, err := c.files.read(name)
	if err != nil {
		k.errors = append(k.errors, err)
		return
	}
	wires := isWire(text)
	if trimmed && !wires {
		text = trim(text, used)
	}
	file := c.parse(k, name, text, 0)
	if file == nil {
		return
	}
	k.generated[file] = true
	maps.Copy(k.kinds, kindsIn(file))
	if !wires {
		strip(file)
	}
}

// parse parses a file. It may return a partial result for a file with errors.
func (c *checker) parse(k *checked, name string, text []byte, mode parser.Mode) *ast.File {
	file, err := parser.ParseFile(c.fset, name, text, mode|parser.AllErrors|parser.SkipObjectResolution)
	if err != nil {
		k.errors = append(k.errors, err)
	}
	if file != nil {
		k.files = append(k.files, file)
	}
	return file
}

// addNames adds all identifiers of a file.
func addNames(names map[string]bool, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			names[name.Name] = true
		}
		return true
	})
}

// checkFiles type-checks the files of a package.
func (c *checker) checkFiles(k *checked, bodiless bool) {
	generated := make(map[*token.File]bool)
	for file := range k.generated {
		generated[c.fset.File(file.FileStart)] = true
	}
	config := types.Config{
		Importer:         importerFunc(func(path string) (*types.Package, error) { return c.imports(k.Package, path) }),
		Sizes:            types.SizesFor("gc", cmp.Or(os.Getenv("GOARCH"), runtime.GOARCH)), // asking the go command would take another process
		IgnoreFuncBodies: bodiless,
		FakeImportC:      true,
		Error: func(err error) {
			var mistake types.Error
			if errors.As(err, &mistake) && mistake.Soft && generated[c.fset.File(mistake.Pos)] {
				return // an import for a body that has been stripped
			}
			k.errors = append(k.errors, err)
		},
	}
	if k.Module != nil && k.Module.GoVersion != "" {
		config.GoVersion = "go" + k.Module.GoVersion
	}
	k.types, _ = config.Check(k.PkgPath, c.fset, k.files, k.info) // Error has collected the errors
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// imports returns the package that an import path means in a package.
func (c *checker) imports(from *packages.Package, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := from.Imports[path]
	switch {
	case p == nil:
		return nil, fmt.Errorf("no package %s is known", path)
	case hasExport(p):
		return c.fromExport(p)
	case len(p.GoFiles) > 0:
		return c.fromSource(p), nil
	case len(p.Errors) > 0:
		return nil, errors.New(golist.Unfold(p.Errors[0].Msg))
	default:
		return nil, fmt.Errorf("package %s has no files", path)
	}
}

// hasExport reports whether a package is imported from export data. A package that
// imports one without export data has none either, so the two never mix.
func hasExport(p *packages.Package) bool { return p.ExportFile != "" && p.ForTest == "" }

func (c *checker) fromExport(p *packages.Package) (*types.Package, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found := c.exported[p.PkgPath]; found != nil && found.Complete() {
		return found, nil
	}
	file, err := os.Open(p.ExportFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	//lint:ignore SA1019 the go command lists archives up to Go 1.27, and NewReader takes what comes after too
	data, err := gcexportdata.NewReader(file)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(data, c.fset, c.exported, p.PkgPath)
}

// complete returns a package with everything that it exports. A package that has been
// imported only indirectly has just the objects that the other package refers to.
func (c *checker) complete(pkg *types.Package) *types.Package {
	p := c.exports[pkg.Path()]
	if pkg.Complete() || p == nil {
		return pkg
	}
	completed, err := c.fromExport(p)
	if err != nil {
		return pkg
	}
	return completed
}

// fromSource checks what a package declares, once.
func (c *checker) fromSource(p *packages.Package) *types.Package {
	c.mu.Lock()
	check, found := c.sources[p.ID]
	if !found {
		check = sync.OnceValue(func() *types.Package {
			return c.checkOnce(p, true, false).types
		})
		c.sources[p.ID] = check
	}
	c.mu.Unlock()
	return check()
}

// faults returns what is wrong with a package.
func (k *checked) faults(s *scope) []Fault {
	var faults []Fault
	add := func(pos token.Position, msg string) {
		faults = append(faults, Fault{Package: k.PkgPath, Pos: s.position(pos), Message: golist.Unfold(msg)}) // some take several lines
	}
	for _, err := range k.errors {
		var list scanner.ErrorList
		var mistake types.Error
		switch {
		case errors.As(err, &list):
			for _, e := range list {
				add(e.Pos, e.Msg)
			}
		case errors.As(err, &mistake):
			add(mistake.Fset.Position(mistake.Pos), mistake.Msg)
		default:
			add(token.Position{}, err.Error())
		}
	}
	if len(faults) > 0 {
		return faults
	}
	for _, e := range k.Errors {
		add(token.Position{}, e.Msg)
	}
	return faults
}
