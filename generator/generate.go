// Package generator turns signal declarations into typed dispatchers.
//
// Data flows one way, a file for each step:
//
//	load.go     patterns  → packages: their files, read and parsed
//	parse.go    syntax    → signals: what each declaration says, with the help
//	                        of syntax.go, directive.go, signature.go and sender.go
//	resolve.go  signals   → the same, each qualified name with its import path
//	check.go    signals   → errors where two names meet
//	names.go    signals   → the same, with names for imports and parameters, as
//	                        linters want them (lint.go)
//	emit.go     signals   → Go source, in emit_types.go, emit_connect.go and
//	                        emit_send.go, of the pieces in emit_code.go
//	write.go    source    → files
//
// What the steps hand on is in model.go: plain data, so that what follows a
// step knows nothing of the tools it used. Nothing is type-checked. What the
// compiler would say of a declaration is left to the compiler, and a package
// is generated whatever else is wrong with it.
package generator

import (
	"context"
	"go/token"
	"path/filepath"
	"slices"
)

// Options say what to generate.
type Options struct {
	// Dir is the folder in which patterns are looked up, and to which the
	// positions of errors are relative. Empty means the working folder.
	Dir string

	// Patterns name packages as for the go command. None means the package
	// in Dir.
	Patterns []string
}

// A Result says what Generate changed. Paths are absolute.
type Result struct {
	Written []string // files that are new or have new content
	Removed []string // files whose signals are all gone
}

// Generate writes signals_gen.go into every package that declares signals and
// removes it where none is declared any more. A file that is up to date is not
// touched, and neither is one that signalgen did not write.
//
// Mistakes in the input come back as [Errors], all of them at once. The output
// of a package with mistakes stays as it is; the other packages are generated.
// Everything is checked before the first file is written.
func Generate(ctx context.Context, opts Options) (Result, error) {
	var errs Errors
	changes, err := prepare(ctx, opts, &errs)
	if err != nil {
		return Result{}, err
	}
	result := apply(changes, &errs)
	return result, errs.sorted()
}

// Check returns what [Generate] would change, as a unified diff, and changes
// nothing. The diff is empty when everything is up to date.
func Check(ctx context.Context, opts Options) (unified []byte, err error) {
	var errs Errors
	changes, err := prepare(ctx, opts, &errs)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		unified = append(unified, c.diff()...)
	}
	return unified, errs.sorted()
}

// prepare does all that comes before the first write.
func prepare(ctx context.Context, opts Options, errs *Errors) ([]change, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	loader := loader{ctx: ctx, dir: dir, fset: fset}
	sources, err := loader.load(opts.Patterns, errs)
	if err != nil {
		return nil, err
	}
	packages := parse(fset, sources, errs)
	if err := resolve(packages, loader.exports, errs); err != nil {
		return nil, err
	}
	check(packages, errs)
	return plan(emitAll(packages, errs), errs), nil
}

// emitAll returns the files of all packages that are in order.
func emitAll(packages []*pkg, errs *Errors) []*output {
	var outputs []*output
	for _, p := range packages {
		if p.broken {
			continue
		}
		for _, o := range p.outputs() {
			if err := emit(o); err != nil {
				p.broken = true
				errs.add(token.Position{Filename: o.name}, "%v", err)
			}
			outputs = append(outputs, o)
		}
	}
	outputs = slices.DeleteFunc(outputs, func(o *output) bool { return o.pkg.broken })
	return append(outputs, orphans(packages, outputs)...)
}

// orphans returns the files that have been written for signals that are gone.
func orphans(packages []*pkg, outputs []*output) []*output {
	wanted := make(map[string]bool)
	for _, o := range outputs {
		wanted[o.path] = true
	}
	var orphans []*output
	for _, p := range packages {
		if p.inner != nil || p.broken || p.partial {
			continue
		}
		for _, name := range p.generated {
			if o := p.output(name); isOutputName(name) && !wanted[o.path] {
				orphans = append(orphans, o)
			}
		}
	}
	return orphans
}
