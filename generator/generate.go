// Package generator generates the typed funcs that connect receivers to signals and
// send them, from the declarations of the signals. [Generate] does so for packages,
// [Wire] for a whole program, and [Check] reports what they would change.
//
// Nothing is type-checked. The generator leaves mistakes in the rest of the source to
// the compiler, and generates a package whatever else is wrong with it.
//
// # Implementation
//
// Data flows one way, with a file for each step:
//
//	list.go     patterns  → packages, as the go command knows them
//	load.go     packages  → the same with their files, read and parsed
//	parse.go    syntax    → signals and receivers: what each declaration says,
//	                        with the help of syntax.go, directive.go,
//	                        near_miss.go, build.go, signature.go, constraint.go,
//	                        sender.go, receiver.go and copy.go
//	resolve.go  both      → the same, each qualified name with its import path
//	link.go     receivers → the same, each with its signal, which it fits (fit.go,
//	                        identical.go) without a cycle of imports (cycle.go,
//	                        import_graph.go)
//	check.go    both      → errors where two names meet
//	names.go    both      → the same, with names for imports and parameters, as
//	                        linters want them (lint.go)
//	emit.go     both      → parts of Go source, in the other emit files, which
//	                        emit_file.go puts together
//	wire.go     receivers → the files that wire package main, by emit_wire.go, with
//	                        what wire_collect.go finds and main can name, by
//	                        wire_patterns.go, wire_reach.go and wire_names.go
//	write.go    source    → files, known by their header (header.go)
//
// The types that the steps pass on are in model.go. They are plain data, so no step
// depends on the tools of the one before it.
//
// Each of the files emit_*.go writes a part of an output: emit_assert.go the assertions
// that stop compiling when a declaration changes, emit_types.go the set and the types
// of a signal, emit_connect.go, emit_send.go and emit_hear.go the funcs and methods
// that connect, send and wait, and emit_receivers.go the funcs that connect the
// receivers of a package. Code that does not depend on a signal's types is not
// generated. It is in package runtime, where generated.go has all that outputs use.
package generator

import (
	"context"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// Options are the options of [Generate], [Wire] and [Check].
type Options struct {
	// Dir is the folder to which patterns and the positions of errors are relative.
	// Empty means the working folder.
	Dir string

	// Patterns name packages, as for the go command. None means the package in Dir.
	Patterns []string

	// Progress, unless it is nil, is called with what happens next, such as "listing
	// packages". It is called in the goroutine of the caller.
	Progress func(step string)

	// Modules, unless it is nil, is called with the root folders of the packages'
	// modules, sorted. It leaves out modules in the module cache.
	Modules func(dirs []string)
}

// A Result says what Generate or Wire has changed. Paths are absolute.
type Result struct {
	Written []string // files that are new or have changed
	Removed []string // files whose signals are all gone
}

// Generate writes signals_gen.go into every package that declares signals, and removes
// the file from packages that no longer do. It does the same with the outputs for test
// files and for files with a build constraint. It does not touch a file that is up to
// date, or one that signalgen has not written.
//
// Generate returns all mistakes in the input at once, as [Errors]. The outputs of a
// package with mistakes stay as they are; the other packages are generated. Everything
// is checked before the first file is written.
func Generate(ctx context.Context, opts Options) (Result, error) {
	r, err := newRun(ctx, opts)
	if err != nil {
		return Result{}, err
	}
	packages, err := r.load(opts.Patterns)
	if err != nil {
		return Result{}, err
	}
	return r.apply(r.generate(packages))
}

// A Difference is a file that [Generate] or [Wire] would change.
type Difference struct {
	File  string // relative to Options.Dir
	State State
	Diff  string // what would change, as a unified diff
	Text  []byte // what the file would contain; nil if it is orphaned
}

// A State says what is wrong with a file.
type State string

// The states of files.
const (
	Missing  State = "missing"  // there is no such file
	Stale    State = "stale"    // its content is not what it should be
	Orphaned State = "orphaned" // there should be no such file
)

// Check returns what [Generate] and [Wire] would change, and changes nothing. It
// returns no difference if all files are up to date. Like mistakes, it returns
// receivers that no wired program connects as [Errors].
func Check(ctx context.Context, opts Options) ([]Difference, error) {
	r, err := newRun(ctx, opts)
	if err != nil {
		return nil, err
	}
	packages, err := r.load(opts.Patterns)
	if err != nil {
		return nil, err
	}
	outputs := r.generate(packages)
	wired, err := r.rewire(packages)
	if err != nil {
		return nil, err
	}
	changes := plan(append(outputs, wired...), &r.errs)
	differences := make([]Difference, len(changes))
	for i, c := range changes {
		differences[i] = c.difference()
	}
	return differences, r.errs.sorted()
}

// run is one run of the generator.
type run struct {
	opts   Options
	loader loader
	errs   Errors // all mistakes in the input
}

func newRun(ctx context.Context, opts Options) (*run, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	return &run{opts: opts, loader: newLoader(ctx, dir)}, nil
}

// load returns the packages that patterns name, parsed and linked.
func (r *run) load(patterns []string) ([]*pkg, error) {
	r.opts.progress("listing packages")
	sources, err := r.loader.list(patterns, &r.errs)
	if err != nil {
		return nil, err
	}
	if r.opts.Modules != nil {
		r.opts.Modules(rootsOf(sources))
	}
	r.opts.progress("reading %s", count(len(sources), "package"))
	r.loader.readAll(sources, false)
	packages := parse(r.loader.fset, sources, &r.errs)
	if err := resolve(packages, r.loader.exports, &r.errs); err != nil {
		return nil, err
	}
	if err := link(packages, &r.loader, &r.errs); err != nil {
		return nil, err
	}
	return packages, nil
}

// generate returns the outputs of the packages.
func (r *run) generate(packages []*pkg) []*output {
	check(packages, &r.errs)
	r.opts.progress("generating for %s", count(len(packages), "package"))
	return emitAll(packages, &r.errs)
}

// apply brings the files on disk up to date.
func (r *run) apply(outputs []*output) (Result, error) {
	changes := plan(outputs, &r.errs)
	r.opts.progress("writing %s", count(len(changes), "file"))
	result := apply(changes, &r.errs)
	return result, r.errs.sorted()
}

func (opts Options) progress(format string, args ...any) {
	if opts.Progress != nil {
		opts.Progress(fmt.Sprintf(format, args...))
	}
}

// emitAll returns the files of all packages without mistakes.
func emitAll(packages []*pkg, errs *Errors) []*output {
	var outputs []*output
	templates := new(templates)
	for _, p := range packages {
		if p.broken {
			continue
		}
		for _, o := range p.outputs() {
			if err := emit(o, templates); err != nil {
				p.broken = true
				errs.add(token.Position{Filename: o.name}, "%v", err)
			}
			outputs = append(outputs, o)
		}
	}
	outputs = slices.DeleteFunc(outputs, func(o *output) bool { return o.pkg.broken })
	outputs = append(outputs, orphans(packages, outputs)...)
	slices.SortFunc(outputs, func(a, b *output) int { return strings.Compare(a.name, b.name) })
	return outputs
}

// orphans returns the outputs whose signals no longer exist.
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
