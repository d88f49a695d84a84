package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// Wire writes signals_wire_gen.go into the package main in opts.Dir. The file has a
// func that connects the receivers of all packages that the patterns name. No pattern
// means the whole module of package main. A pattern that begins with ! excludes
// packages.
//
// Like [Generate], Wire returns mistakes as [Errors]. They leave the file as it is.
func Wire(ctx context.Context, opts Options) (Result, error) {
	r, err := newRun(ctx, opts)
	if err != nil {
		return Result{}, err
	}
	patterns := opts.Patterns
	if len(included(patterns)) == 0 {
		module, err := wholeModule(r.loader.dir)
		if err != nil {
			return Result{}, err
		}
		patterns = append([]string{module}, patterns...)
	}
	r.loader.main, r.loader.from = r.loader.dir, r.loader.wiredAt(patterns)
	packages, err := r.load(append([]string{"."}, included(patterns)...))
	if err != nil {
		return Result{}, err
	}
	main := packageIn(packages, r.loader.dir)
	if main == nil || main.name != "main" {
		return Result{}, errors.Join(r.errs.sorted(), fmt.Errorf("%s is not a package main; wanted that of the program to wire", cmp.Or(r.opts.Dir, ".")))
	}
	return r.apply(r.wire(main, patterns, packages))
}

// wholeModule returns the pattern for the module that a folder is in.
func wholeModule(dir string) (string, error) {
	root, err := moduleRoot(dir)
	if err != nil {
		return "", err
	}
	up, err := filepath.Rel(dir, root)
	if err != nil {
		return "", err
	}
	if up == "." {
		return "./...", nil
	}
	return filepath.ToSlash(up) + "/...", nil
}

// packageIn returns the package in a folder, not its external tests.
func packageIn(packages []*pkg, dir string) *pkg {
	for _, p := range packages {
		if p.folder.path == dir && p.inner == nil {
			return p
		}
	}
	return nil
}

// rewire returns the wire files of the packages as they should be, with the patterns
// that each file names. It reports packages with receivers that no program connects.
func (r *run) rewire(packages []*pkg) ([]*output, error) {
	var outputs []*output
	named := make(map[string]bool) // by the patterns of any program, even to leave it out
	for _, p := range packages {
		if p.inner != nil || p.owner != "" || p.wiredAt.Filename == "" {
			continue
		}
		if p.wired == nil {
			r.errs.add(p.wiredAt, "the file has no line %s…, which says what the program is wired with; wanted the file as signalgen wire writes it", wireDirective)
			continue
		}
		others := run{opts: r.opts, loader: r.loader}
		others.loader.at, others.loader.main, others.loader.from = p.folder.path, p.folder.path, p.wiredAt
		found, err := others.load(append([]string{"."}, included(p.wired)...))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(p.folder.name, wireName), err)
		}
		if main := packageIn(found, p.folder.path); main != nil {
			outputs = append(outputs, others.wire(main, p.wired, found)...)
			others.checkCall(main)
		}
		for _, other := range found {
			named[other.path] = named[other.path] || !isAnotherProgram(other, p)
		}
		r.errs = append(r.errs, others.errs...)
	}
	if len(named) > 0 {
		r.checkNamed(packages, named)
	}
	return outputs, nil
}

// checkCall reports a package main that is wired but connects nothing.
func (r *run) checkCall(main *pkg) {
	if main.callsWired || main.partial {
		return // it calls the func, or may do so where it does not parse
	}
	pos := token.Position{Filename: filepath.Join(main.folder.name, wireName)}
	if places := main.names["main"]; len(places) > 0 {
		pos = places[0].pos
	}
	r.errs.add(pos, "package main has %s but never calls %s, so none of its receivers is connected; wanted a call of %s or %s, or no such file", wireName, connectWired, connectWired, connectWiredTo)
}

// checkNamed reports packages with receivers that no program connects, if the run
// covers their whole module.
func (r *run) checkNamed(packages []*pkg, named map[string]bool) {
	for _, p := range packages {
		if len(p.receivers) > 0 && p.whole && !p.unwired && !named[p.path] {
			first := p.receivers[0]
			r.errs.add(first.pos, "warning: package %s has receivers, such as %s, but no program is wired with it; wanted it among the patterns of a signalgen wire, or //signalgen:unwired in its package doc", p.path, first.name)
		}
	}
}

// wire returns the files that wire package main, or none if there is a mistake in what
// they are made from.
func (r *run) wire(main *pkg, patterns []string, packages []*pkg) []*output {
	w := &wire{main: main, patterns: patterns, packageNames: make(map[string]string)}
	w.collect(w.exclude(packages, &r.errs), &r.errs)
	w.checkNames(&r.errs)
	if len(r.errs) > 0 {
		return nil
	}
	return w.outputs(&r.errs)
}

// outputs returns the file of the receivers that are in every build, and one for each
// condition that others have.
func (w *wire) outputs(errs *Errors) []*output {
	names := w.chooseNames()
	var outputs []*output
	wanted := make(map[string]bool)
	for _, in := range w.conditions() {
		o := w.main.output(wireOutputFor(in))
		o.in = in
		if err := emitWire(o, w, names); err != nil {
			errs.add(token.Position{Filename: o.name}, "%v", err)
			return nil
		}
		outputs = append(outputs, o)
		wanted[o.path] = true
	}
	for _, name := range w.main.generated {
		if o := w.main.output(name); isWireName(name) && !wanted[o.path] {
			outputs = append(outputs, o)
		}
	}
	return outputs
}

// conditions returns the conditions of the receivers, that of every build first.
func (w *wire) conditions() []condition {
	conditions := []condition{{}}
	for _, s := range w.signals {
		for _, r := range s.receivers {
			if !slices.Contains(conditions, r.in) {
				conditions = append(conditions, r.in)
			}
		}
	}
	return conditions
}

// wireDirective is the line of a wire file that says which packages it is for.
const wireDirective = "//signalgen:wire "

// patternsIn returns the patterns that a wire file is for, and their position. Without
// such a line there are none.
func patternsIn(text []byte, name string) (patterns []string, at token.Position) {
	at.Filename = name
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if rest, ok := strings.CutPrefix(line, wireDirective); ok {
			at.Line, at.Column = number, len(wireDirective)+1
			return strings.Fields(rest), at
		}
	}
	return nil, at
}
