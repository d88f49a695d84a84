package generator

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// reachProblem returns the reason why package main cannot connect a receiver of package
// p, or "".
func (w *wire) reachProblem(p *pkg, r *receiver) string {
	if mistake := r.ownerProblem(p); mistake != "" {
		return mistake
	}
	if p.path == w.main.path {
		return ""
	}
	switch within := internalTo(p.path); {
	case !r.signal.exported():
		return fmt.Sprintf("receiver %s hears %s, which is unexported, so package main (%s) cannot name it; wanted an exported signal, or no directive and a Connect in its own package", r.name, r.signal.name, w.main.path)
	case !mayImport(w.main.path, r.of.path):
		return fmt.Sprintf("receiver %s hears %s of package %s, which package main (%s) cannot import; wanted the signal elsewhere, or a pattern that does not name the receiver's package", r.name, r.signal.name, r.of.path, w.main.path)
	case !r.exact && !r.canAdapt(w.main.path):
		return fmt.Sprintf("receiver %s needs an adapter, and package main (%s) cannot name all types that are sent; wanted the signature of %s itself", r.name, w.main.path, r.signal.name)
	case !token.IsExported(r.name):
		return fmt.Sprintf("receiver %s is unexported, so package main (%s) cannot call it; wanted %s, or no directive and a Connect in its own package", r.name, w.main.path, upperFirst(r.name))
	case r.owner != "" && !token.IsExported(r.owner):
		return fmt.Sprintf("receiver %s is a method of %s, which is unexported, so package main (%s) cannot name it; wanted %s, or no directive and a Connect in its own package", r.name, r.owner, w.main.path, upperFirst(r.owner))
	case !mayImport(w.main.path, p.path):
		return fmt.Sprintf("receiver %s is in a package that is internal to %s, so package main (%s) cannot import it; wanted it elsewhere, or a pattern that does not name its package", r.name, within, w.main.path)
	default:
		return ""
	}
}

// ownerProblem says why a value of the type whose method a receiver is cannot be a
// parameter of a func that every build has.
func (r *receiver) ownerProblem(p *pkg) string {
	switch {
	case r.owner == "":
		return ""
	case r.owner != r.ownerType:
		return fmt.Sprintf("receiver %s is a method of %s, which is generic, and nothing says which instance package main should pass; wanted a method of a type without type parameters, or no directive and a Connect where its values are made", r.name, r.ownerType)
	case !inEveryBuild(p.names[r.owner]):
		return fmt.Sprintf("receiver %s is a method of %s, which is not declared in every build (%s), but the func that connects it takes a value of this type; wanted the type in a file without a build constraint, or no directive and a Connect where its values are made", r.name, r.owner, p.names[r.owner][0].in.constraint)
	default:
		return ""
	}
}

// inEveryBuild reports whether each build has one of the places, if there are any.
func inEveryBuild(places []place) bool {
	if len(places) == 0 {
		return true // leave it to the compiler
	}
	var without []string
	for _, p := range places {
		if p.in.isPlain() {
			return true
		}
		if !p.in.test {
			without = append(without, "!("+p.in.constraint+")")
		}
	}
	return len(without) > 0 && !satisfiable(strings.Join(slices.Compact(without), " && "))
}

// mayImport reports whether the package at one path may import that at another.
func mayImport(path, other string) bool {
	within := internalTo(other)
	return path == other || within == "" || path == within || strings.HasPrefix(path, within+"/")
}

// internalTo returns the path below which a package may be imported, or "" if it may be
// imported everywhere.
func internalTo(importPath string) string {
	elements := strings.Split(importPath, "/")
	for i := len(elements) - 1; i >= 0; i-- {
		if elements[i] == "internal" {
			return strings.Join(elements[:i], "/")
		}
	}
	return ""
}
