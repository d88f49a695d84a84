package topology

import (
	"context"
	"errors"
	"go/parser"
	"go/token"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"

	"github.com/signalgen/signalgen/internal/golist"
)

const (
	named    = packages.NeedName | packages.NeedFiles | packages.NeedModule
	imported = named | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile
)

// list returns the packages that the patterns name, linked to everything that they
// import.
func list(ctx context.Context, opts Options) ([]*packages.Package, error) {
	patterns := opts.Patterns
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	config := packages.Config{Context: ctx, Dir: opts.Dir, Mode: named, Overlay: opts.Overlay}
	if opts.Tests {
		return listTested(config, patterns)
	}
	listed, err := golist.List(&config, patterns)
	if err != nil {
		return nil, err
	}
	if err := missing(listed, opts.Dir); err != nil {
		return nil, err
	}
	imports, err := importsOf(ctx, listed, opts.Overlay)
	if err != nil {
		return nil, err
	}
	// The go command is asked for export data of the packages only if another one
	// imports them. It then compiles no more than go vet does.
	config.Mode = imported
	found, err := golist.Ask(&config, all(imports))
	if err != nil {
		return nil, err
	}
	return tie(listed, imports, found), nil
}

// listTested returns the packages, each in the variant with its tests if there is one.
// The go command finds out which variants import each other, and compiles all of them.
func listTested(config packages.Config, patterns []string) ([]*packages.Package, error) {
	config.Mode, config.Tests = imported|packages.NeedForTest, true
	listed, err := golist.List(&config, patterns)
	if err != nil {
		return nil, err
	}
	tested := make(map[string]bool) // packages that have a variant with tests
	for _, p := range listed {
		tested[p.PkgPath] = tested[p.PkgPath] || p.PkgPath == p.ForTest
	}
	listed = slices.DeleteFunc(listed, func(p *packages.Package) bool {
		return strings.HasSuffix(p.ID, ".test") || p.ForTest == "" && tested[p.PkgPath]
	})
	return listed, missing(listed, config.Dir)
}

// missing returns an error if a pattern matches nothing.
func missing(listed []*packages.Package, dir string) error {
	for _, p := range listed {
		if p.Dir == "" && len(p.GoFiles) == 0 && len(p.Errors) > 0 {
			return errors.New(golist.Missing(p.Errors[0], dir))
		}
	}
	return nil
}

// importsOf returns the import paths in the files of each package.
func importsOf(ctx context.Context, listed []*packages.Package, files overlay) (map[*packages.Package][]string, error) {
	var mu sync.Mutex
	imports := make(map[*packages.Package][]string)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range listed {
		g.Go(func() error {
			paths := importsIn(p.GoFiles, files)
			mu.Lock()
			defer mu.Unlock()
			imports[p] = paths
			return ctx.Err()
		})
	}
	return imports, g.Wait()
}

// importsIn returns the import paths in files. A file that cannot be read has none.
func importsIn(names []string, files overlay) []string {
	var paths []string
	for _, name := range names {
		text, err := files.read(name)
		if err != nil {
			continue
		}
		file, _ := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if file == nil {
			continue
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err == nil && path != "C" && path != "unsafe" {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// all returns each of the paths once, sorted.
func all(imports map[*packages.Package][]string) []string {
	paths := make(map[string]bool)
	for _, list := range imports {
		for _, path := range list {
			paths[path] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// tie links the packages to what they import. If a listed package is imported, the
// others get it with its export data.
func tie(listed []*packages.Package, imports map[*packages.Package][]string, found []*packages.Package) []*packages.Package {
	known := make(map[string]*packages.Package)
	packages.Visit(found, nil, func(p *packages.Package) { known[p.PkgPath] = p })
	tied := make([]*packages.Package, len(listed))
	for i, p := range listed {
		if tied[i] = known[p.PkgPath]; tied[i] != nil {
			continue
		}
		tied[i] = p
		p.Imports = make(map[string]*packages.Package)
		for _, path := range imports[p] {
			if dep := known[path]; dep != nil {
				p.Imports[path] = dep
			}
		}
	}
	return tied
}
