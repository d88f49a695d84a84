package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Wire writes signals_wire_gen.go into the package main in Options.Dir: the
// receivers that are funcs of all packages that the patterns name, as direct
// calls. No pattern means the whole module of package main.
//
// Mistakes come back as those of [Generate] do, and leave the file as it is.
func Wire(ctx context.Context, opts Options) (Result, error) {
	r, err := newRun(ctx, opts)
	if err != nil {
		return Result{}, err
	}
	patterns := opts.Patterns
	if len(patterns) == 0 {
		if patterns, err = wholeModule(r.loader.dir); err != nil {
			return Result{}, err
		}
	}
	r.loader.main = r.loader.dir
	packages, err := r.load(append([]string{"."}, patterns...))
	if err != nil {
		return Result{}, err
	}
	main := packageIn(packages, r.loader.dir)
	if main == nil || main.name != "main" {
		return Result{}, errors.Join(r.errs.sorted(), fmt.Errorf("%s is no package main; wanted one, whose program is to be wired", cmp.Or(r.opts.Dir, ".")))
	}
	return r.apply(r.wire(main, patterns, packages))
}

// wholeModule returns the pattern for the module that a folder is in.
func wholeModule(dir string) ([]string, error) {
	root, err := moduleRoot(dir)
	if err != nil {
		return nil, err
	}
	up, err := filepath.Rel(dir, root)
	if err != nil {
		return nil, err
	}
	if up == "." {
		return []string{"./..."}, nil
	}
	return []string{filepath.ToSlash(up) + "/..."}, nil
}

// packageIn returns the package in a folder, not that of its external tests.
func packageIn(packages []*pkg, dir string) *pkg {
	for _, p := range packages {
		if p.folder.path == dir && p.inner == nil {
			return p
		}
	}
	return nil
}

// rewire returns the wire files that are among the packages as they should be.
// Each says itself what it is for.
func (r *run) rewire(packages []*pkg) ([]*output, error) {
	var outputs []*output
	for _, p := range packages {
		if p.wired == nil || p.inner != nil || p.owner != "" {
			continue
		}
		others := run{opts: r.opts, loader: r.loader}
		others.loader.at, others.loader.main = p.folder.path, p.folder.path
		found, err := others.load(append([]string{"."}, p.wired...))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(p.folder.name, wireName), err)
		}
		if main := packageIn(found, p.folder.path); main != nil {
			outputs = append(outputs, others.wire(main, p.wired, found)...)
		}
		r.errs = append(r.errs, others.errs...)
	}
	return outputs, nil
}

// wire returns the files that wire package main, or none if anything is wrong
// with what they are made of.
func (r *run) wire(main *pkg, patterns []string, packages []*pkg) []*output {
	w := &wire{main: main, patterns: patterns}
	w.collect(packages, &r.errs)
	if len(r.errs) > 0 {
		return nil
	}
	return w.outputs(&r.errs)
}

// A wire is a package main and what it is to be wired with.
type wire struct {
	main     *pkg
	patterns []string // as the go command takes them in the folder of main
	chains   []*chain

	packageNames map[string]string // by import path
}

// A chain is all receivers of one signal that a package main is wired with, in
// the order in which they are called.
type chain struct {
	signal    *signal
	of        *pkg // the signal's package
	receivers []*receiver
	main      string // the import path of the program
}

// outputs returns the file of the receivers that are in every build, and one for
// each condition that others have.
func (w *wire) outputs(errs *Errors) []*output {
	conditions := []condition{{}}
	for _, c := range w.chains {
		for _, r := range c.receivers {
			if !slices.Contains(conditions, r.in) {
				conditions = append(conditions, r.in)
			}
		}
	}
	var outputs []*output
	for _, in := range conditions {
		o := w.main.output(wireOutputFor(in))
		o.in = in
		if err := emitWire(o, w); err != nil {
			errs.add(token.Position{Filename: o.name}, "%v", err)
			return nil
		}
		outputs = append(outputs, o)
	}
	if len(w.chains) > 0 {
		o := w.main.output(wireTestName)
		if err := emitHold(o, w); err != nil {
			errs.add(token.Position{Filename: o.name}, "%v", err)
			return nil
		}
		outputs = append(outputs, o)
	}
	wanted := make(map[string]bool)
	for _, o := range outputs {
		wanted[o.path] = true
	}
	for _, name := range w.main.generated {
		if o := w.main.output(name); isWireName(name) && !wanted[o.path] {
			outputs = append(outputs, o)
		}
	}
	return outputs
}

// collect finds the receivers of a wire among the packages that its patterns
// name, and sorts them.
func (w *wire) collect(packages []*pkg, errs *Errors) {
	bySignal := make(map[*signal]*chain)
	w.packageNames = make(map[string]string)
	for _, p := range packages {
		w.packageNames[p.path] = p.name
		if p.name == "main" && p.path != w.main.path || p.inner != nil {
			continue // another program's
		}
		for _, r := range p.receivers {
			if r.owner != "" || r.signal == nil {
				continue // a method needs a value, which the program connects itself
			}
			if mistake := w.unreachable(p, r); mistake != "" {
				w.main.broken = true
				errs.add(r.pos, "%s", mistake)
				continue
			}
			c := bySignal[r.signal]
			if c == nil {
				c = &chain{signal: r.signal, of: r.of, main: w.main.path}
				bySignal[r.signal] = c
				w.chains = append(w.chains, c)
			}
			c.receivers = append(c.receivers, r)
		}
	}
	for _, c := range w.chains {
		slices.SortStableFunc(c.receivers, calledBefore)
		if a, b := c.sameID(); a != nil {
			w.main.broken = true
			errs.add(b.pos, "receiver %s of signal %s has the id %s; receiver %s has it too (%s)", b.name, c.signal.name, b.id, a.name, a.pos)
		}
	}
	slices.SortFunc(w.chains, func(a, b *chain) int {
		return cmp.Or(strings.Compare(a.of.path, b.of.path), strings.Compare(a.signal.name, b.signal.name), strings.Compare(a.signal.in.constraint, b.signal.in.constraint))
	})
}

// sameID returns two receivers that have one id and may be in one build, of which
// only the first would be connected; nil if there are none.
func (c *chain) sameID() (a, b *receiver) {
	for i, b := range c.receivers {
		for _, a := range c.receivers[:i] {
			if b.id != "" && a.id == b.id && together(a.in, b.in) {
				return a, b
			}
		}
	}
	return nil, nil
}

// calledBefore orders receivers as they are called: the highest priority first,
// and among equals by import path, file and line.
func calledBefore(a, b *receiver) int {
	return cmp.Or(
		cmp.Compare(b.priority, a.priority),
		strings.Compare(a.path, b.path),
		strings.Compare(path.Base(a.pos.Filename), path.Base(b.pos.Filename)),
		cmp.Compare(a.pos.Line, b.pos.Line),
	)
}

// unreachable says why package main cannot call a receiver of package p.
func (w *wire) unreachable(p *pkg, r *receiver) string {
	if p.path == w.main.path {
		return ""
	}
	switch within := internalTo(p.path); {
	case !r.signal.exported():
		return fmt.Sprintf("receiver %s hears %s, which is unexported, so that package main (%s) cannot name it; wanted an exported signal, or no directive and a Connect in its own package", r.name, r.signal.name, w.main.path)
	case !mayImport(w.main.path, r.of.path):
		return fmt.Sprintf("receiver %s hears %s of package %s, which package main (%s) cannot import; wanted the signal elsewhere, or a pattern that does not name the receiver's package", r.name, r.signal.name, r.of.path, w.main.path)
	case !r.exact && !r.canAdapt(w.main.path):
		return fmt.Sprintf("receiver %s needs an adapter, in which package main (%s) cannot name all that is sent; wanted the signature of %s itself", r.name, w.main.path, r.signal.name)
	case !token.IsExported(r.name):
		return fmt.Sprintf("receiver %s is unexported, so that package main (%s) cannot call it; wanted %s, or no directive and a Connect in its own package", r.name, w.main.path, upperFirst(r.name))
	case !mayImport(w.main.path, p.path):
		return fmt.Sprintf("receiver %s is in a package that is internal to %s, so that package main (%s) cannot import it; wanted it elsewhere, or a pattern that does not name its package", r.name, within, w.main.path)
	default:
		return ""
	}
}

// mayImport reports whether the package at one path may import that at another.
func mayImport(path, other string) bool {
	within := internalTo(other)
	return path == other || within == "" || path == within || strings.HasPrefix(path, within+"/")
}

// internalTo returns the path below which a package may be imported; nothing for
// one that may be imported everywhere.
func internalTo(importPath string) string {
	elements := strings.Split(importPath, "/")
	for i := len(elements) - 1; i >= 0; i-- {
		if elements[i] == "internal" {
			return strings.Join(elements[:i], "/")
		}
	}
	return ""
}

// wireDirective says in a wire file which packages it is for.
const wireDirective = "//signalgen:wire "

// patternsIn returns the patterns that a wire file is for, nil if it names none.
func patternsIn(text []byte) []string {
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, wireDirective); ok {
			return strings.Fields(rest)
		}
	}
	return nil
}
