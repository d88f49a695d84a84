package generator

import "fmt"

// cycle returns the message for a receiver whose package p and the signal's package
// import each other, with the ways out. The compiler would report only the cycle.
func (r *receiver) cycle(p *pkg, index signalIndex) string {
	if r.of.path == p.path || !p.imported[r.of.path] || !index.leads(r.of.path, p.path) {
		return ""
	}
	return fmt.Sprintf("receiver %s hears %s of package %s, which imports %s in turn: an import cycle, which Go does not allow; "+
		"wanted the signals that both use in a package of their own, which imports neither, "+
		"or a signature and its import path, as in //signalgen:receiver %s.%s, in place of the import",
		r.name, r.signal.name, r.of.path, p.path, r.of.path, r.signal.name)
}

// leads reports whether imports lead from one package to another, through packages in
// the index.
func (index signalIndex) leads(from, to string) bool {
	seen := make(map[string]bool)
	var visit func(path string) bool
	visit = func(path string) bool {
		p := index[path]
		if p == nil || seen[path] {
			return false
		}
		seen[path] = true
		if p.imported[to] {
			return true
		}
		for next := range p.imported {
			if visit(next) {
				return true
			}
		}
		return false
	}
	return visit(from)
}
