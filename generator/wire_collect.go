package generator

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// A wire is a package main and what it is wired with.
type wire struct {
	main     *pkg
	patterns []string // as in the wire file; relative to the folder of main
	signals  []*wiredSignal
	owners   []*owner

	packageNames map[string]string // by import path
}

// A wiredSignal is a signal with all receivers that a program has for it, in the order
// in which they are called.
type wiredSignal struct {
	*signal
	of        *pkg
	receivers []*receiver
}

// An owner is a type whose methods are receivers. The func that connects them has a
// parameter of this type.
type owner struct {
	path, name string
	pointer    bool // some method has a pointer receiver
}

// collect finds the receivers of a wire among the packages, and sorts them.
func (w *wire) collect(packages []*pkg, errs *Errors) {
	bySignal := make(map[*signal]*wiredSignal)
	for _, p := range packages {
		w.packageNames[p.path] = p.name
		if p.unwired || p.inner != nil || isAnotherProgram(p, w.main) {
			continue
		}
		for _, r := range p.receivers {
			if r.signal == nil {
				continue // link has reported it
			}
			if mistake := w.reachProblem(p, r); mistake != "" {
				errs.add(r.pos, "%s", mistake)
				continue
			}
			s := bySignal[r.signal]
			if s == nil {
				s = &wiredSignal{signal: r.signal, of: r.of}
				bySignal[r.signal] = s
				w.signals = append(w.signals, s)
			}
			s.receivers = append(s.receivers, r)
			w.addOwner(r)
		}
	}
	w.sort()
	w.checkIDs(errs)
}

// isAnotherProgram reports whether a package is a main other than the given one.
func isAnotherProgram(p, main *pkg) bool { return p.name == "main" && p.path != main.path }

// owns reports whether a receiver is a method of the type.
func (o *owner) owns(r *receiver) bool { return o.path == r.path && o.name == r.owner }

// addOwner records the type whose method a receiver is.
func (w *wire) addOwner(r *receiver) {
	if r.owner == "" {
		return
	}
	i := slices.IndexFunc(w.owners, func(o *owner) bool { return o.owns(r) })
	if i < 0 {
		i = len(w.owners)
		w.owners = append(w.owners, &owner{path: r.path, name: r.owner})
	}
	w.owners[i].pointer = w.owners[i].pointer || r.pointer
}

// sort sorts the signals, the receivers of each, and the owners.
func (w *wire) sort() {
	for _, s := range w.signals {
		slices.SortStableFunc(s.receivers, calledBefore)
	}
	slices.SortFunc(w.signals, func(a, b *wiredSignal) int {
		return cmp.Or(strings.Compare(a.of.path, b.of.path), strings.Compare(a.name, b.name), strings.Compare(a.in.constraint, b.in.constraint))
	})
	slices.SortFunc(w.owners, func(a, b *owner) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.name, b.name))
	})
}

// calledBefore orders receivers as they are called: by highest priority first, and then
// by import path, file and line.
func calledBefore(a, b *receiver) int {
	return cmp.Or(
		cmp.Compare(b.priority, a.priority),
		strings.Compare(a.path, b.path),
		strings.Compare(path.Base(a.pos.Filename), path.Base(b.pos.Filename)),
		cmp.Compare(a.pos.Line, b.pos.Line),
	)
}

// checkIDs reports two receivers of a signal that have the same id and may be in one
// build. Only the first of them would be connected.
func (w *wire) checkIDs(errs *Errors) {
	for _, s := range w.signals {
		for i, b := range s.receivers {
			for _, a := range s.receivers[:i] {
				if b.id != "" && a.id == b.id && mayShareBuild(a.in, b.in) {
					errs.add(b.pos, "receiver %s of signal %s has the id %s; receiver %s has it too (%s)", b.name, s.name, b.id, a.name, a.pos)
				}
			}
		}
	}
}
