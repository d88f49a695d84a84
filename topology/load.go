package topology

import (
	"context"
	"fmt"
	"go/token"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"
)

// Options are the options of [Load].
type Options struct {
	Dir      string   // folder that the patterns are relative to; the working folder if empty
	Patterns []string // as for the go command; ./... if there are none
	Tests    bool     // read test files too

	// Overlay has the contents of files by their absolute paths. Load reads these instead
	// of the files, which need not exist.
	Overlay map[string][]byte

	// Progress is called with what Load does next, such as "listing packages". It may
	// be nil. Calls do not overlap.
	Progress func(doing string)

	// Inspect is called with each package that imports the runtime, directly or not,
	// once it has been type-checked. This includes imported packages that the patterns
	// do not name. It may be nil. Calls may overlap.
	Inspect func(*Package)
}

// Load reads the packages that the patterns name and returns a model of their signals.
// It type-checks those that use signals. Like go vet, it compiles what they import,
// unless that is in the build cache. Load runs none of their code and writes nothing.
//
// A mistake in the source of a package becomes a [Fault] in the model, which still has
// everything that can be type-checked. Load returns an error only if there is no model,
// because the go command fails, no package matches, or ctx is done.
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
	chosen := choose(listed, opts.Inspect != nil)
	opts.step(fmt.Sprintf("reading %d of %d packages", len(chosen), len(listed)))
	c := newChecker(token.NewFileSet(), listed, opts.Overlay)
	parts, err := collectAll(ctx, opts, c, listed, chosen)
	if err != nil {
		return nil, err
	}
	return assemble(listed, c, parts), nil
}

func (o Options) step(doing string) {
	if o.Progress != nil {
		o.Progress(doing)
	}
}

// collectAll reads the chosen packages, several at a time.
func collectAll(ctx context.Context, opts Options, c *checker, listed, chosen []*packages.Package) ([]*part, error) {
	scope := newScope(opts.Dir, c, listed)
	parts := make([]*part, len(chosen))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range chosen {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			k := c.check(p)
			parts[i] = collect(scope, k)
			opts.inspect(scope, k)
			return nil
		})
	}
	if opts.Inspect != nil {
		for _, p := range importedNear(listed) {
			g.Go(func() error {
				opts.inspect(scope, c.check(p))
				return ctx.Err()
			})
		}
	}
	return parts, g.Wait()
}
