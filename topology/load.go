package topology

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"

	"github.com/signalgen/signalgen/internal/golist"
)

// Options say what to load.
type Options struct {
	Dir      string   // where the patterns begin; the working folder if it is empty
	Patterns []string // as the go command takes them; ./... if there are none
	Tests    bool     // read test files too

	// Progress is told what Load does next. It may be nil, and is called from one
	// goroutine at a time.
	Progress func(doing string)
}

// Load reads the packages that the patterns name and returns what is known of their
// signals. It compiles what they import, as go vet does, or finds that in the build
// cache; the packages themselves are type-checked as far as they have to do with signals.
// It runs none of their code and writes nothing.
//
// What is wrong with the source of a package is a Fault of the model, which has all that
// can be type-checked besides. An error is one that leaves no model: the go command
// failed, no package matches, or ctx is done.
func Load(ctx context.Context, opts Options) (*Model, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	opts.Dir = dir
	opts.step("listing packages")
	listed, err := list(ctx, opts)
	if err != nil {
		return nil, err
	}
	chosen := choose(listed)
	opts.step(fmt.Sprintf("reading %d of %d packages", len(chosen), len(listed)))
	parts, err := collectAll(ctx, opts.Dir, listed, chosen)
	if err != nil {
		return nil, err
	}
	return assemble(listed, parts), nil
}

func (o Options) step(doing string) {
	if o.Progress != nil {
		o.Progress(doing)
	}
}

// list returns the packages that the patterns name, with all that they import. Of a
// package with tests it returns the variant that has them.
func list(ctx context.Context, opts Options) ([]*packages.Package, error) {
	patterns := opts.Patterns
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedDeps | packages.NeedModule | packages.NeedExportFile | packages.NeedTypesSizes | packages.NeedForTest
	listed, err := golist.List(&packages.Config{Context: ctx, Dir: opts.Dir, Mode: mode, Tests: opts.Tests}, patterns)
	if err != nil {
		return nil, err
	}
	var found []*packages.Package
	tested := make(map[string]bool) // packages with a variant that has their tests
	for _, p := range listed {
		tested[p.PkgPath] = tested[p.PkgPath] || p.PkgPath == p.ForTest
	}
	for _, p := range listed {
		if isUnlisted(p) {
			return nil, errors.New(golist.Missing(p.Errors[0], opts.Dir))
		}
		if strings.HasSuffix(p.ID, ".test") || p.ForTest == "" && tested[p.PkgPath] {
			continue
		}
		found = append(found, p)
	}
	return found, nil
}

// isUnlisted reports whether there is nothing behind a pattern.
func isUnlisted(p *packages.Package) bool {
	return p.Dir == "" && len(p.GoFiles) == 0 && len(p.Errors) > 0
}

// choose returns the packages that have to be read: those that can name a signal or
// declare a receiver, and those between them, through which one calls another. A package
// that does not compile is read for its faults. What only imports others, such as a main
// that starts it all, need not be type-checked.
func choose(listed []*packages.Package) []*packages.Package {
	read := make(map[*packages.Package]bool)
	above := reaching(runtimePath)
	var include func(p *packages.Package)
	include = func(p *packages.Package) {
		if read[p] || !above(p) {
			return
		}
		read[p] = true
		for _, imported := range p.Imports {
			include(imported)
		}
	}
	for _, p := range listed {
		if above(p) && (isNear(p) || mentions(p, methodCall)) {
			include(p)
		}
	}
	var chosen []*packages.Package
	for _, p := range listed {
		if read[p] || !hasExport(p) || mentions(p, receiverDirective) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// reaching returns a func that reports whether a package imports path, directly or not.
func reaching(path string) func(*packages.Package) bool {
	known := make(map[*packages.Package]bool)
	var reaches func(p *packages.Package) bool
	reaches = func(p *packages.Package) bool {
		if found, ok := known[p]; ok {
			return found
		}
		known[p] = false
		found := p.PkgPath == path
		for _, imported := range p.Imports {
			found = reaches(imported) || found
		}
		known[p] = found
		return found
	}
	return reaches
}

// isNear reports whether a package declares signals, or imports one that does: that is
// one that imports the runtime.
func isNear(p *packages.Package) bool {
	if p.Imports[runtimePath] != nil {
		return true
	}
	for _, imported := range p.Imports {
		if imported.Imports[runtimePath] != nil {
			return true
		}
	}
	return false
}

var (
	// methodCall is a call of a method that a signal has, for packages that got one
	// without importing a package of signals.
	methodCall = regexp.MustCompile(`\.(Connect|Send|Each|Next|Events|Tap)\w*\(|ConnectReceivers`)

	// receiverDirective is that of a receiver whose package does not import that of the
	// signal.
	receiverDirective = regexp.MustCompile(`(?m)^//signalgen:receiver `)
)

// mentions reports whether a file of a package has the text.
func mentions(p *packages.Package, text *regexp.Regexp) bool {
	for _, name := range p.GoFiles {
		found, err := os.ReadFile(name)
		if err == nil && text.Match(found) {
			return true
		}
	}
	return false
}

// collectAll reads the chosen packages, several at a time.
func collectAll(ctx context.Context, dir string, listed, chosen []*packages.Package) ([]*part, error) {
	c := newChecker(token.NewFileSet())
	scope := newScope(dir, c.fset, listed)
	parts := make([]*part, len(chosen))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range chosen {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			parts[i] = collect(scope, c.check(p))
			return nil
		})
	}
	return parts, g.Wait()
}
