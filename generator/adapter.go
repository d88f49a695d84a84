package generator

import (
	"go/token"
	"iter"
	"slices"
)

// An adapter is a func of the signal's receiver type that calls a receiver with fewer
// parameters or results.
type adapter struct {
	ctx     string   // the name of ctx; "_" if the receiver does not take it
	params  []string // names for what is sent; "_" for what the receiver does not take
	passed  []string // the arguments of the receiver
	returns bool     // the receiver returns something
}

// adapter names the parameters of the receiver's adapter, so that they hide none of the
// taken names.
func (r *receiver) adapter(taken scope) adapter {
	names := make(scope)
	for name := range taken {
		names.add(name)
	}
	a := adapter{ctx: "_", returns: len(r.results) > 0 || r.fails}
	if r.takesContext {
		a.ctx = names.pick("ctx", "sendCtx")
		a.passed = append(a.passed, a.ctx)
	}
	for i, p := range r.signal.params {
		name := "_"
		if slices.Contains(r.passes, i) {
			name = names.pick(lintNameOr(p.declared, "data"), lintNameOr(p.declared, "data")+"Arg")
		}
		a.params = append(a.params, name)
	}
	for i, sent := range r.passes {
		name := a.params[sent]
		if r.params[i].variadic {
			name += "..."
		}
		a.passed = append(a.passed, name)
	}
	return a
}

// lintNameOr returns a parameter's name as linters want it, or the other name for a
// parameter without one.
func lintNameOr(name, otherwise string) string {
	if lint := lintName(name); lint != "" {
		return lint
	}
	return otherwise
}

// adapterTypes returns the types that the receiver's adapter names, or an assertion of
// its types.
func (r *receiver) adapterTypes() []typeExpr {
	if r.exact && !r.unsure {
		return nil
	}
	var types []typeExpr
	for _, p := range r.signal.params {
		types = append(types, p.typ)
	}
	types = append(types, r.signal.values()...)
	for _, p := range r.params {
		types = append(types, p.typ)
	}
	return append(types, r.results...)
}

// canAdapt reports whether a file of the package at path can write the receiver's
// adapter.
func (r *receiver) canAdapt(path string) bool {
	return areNameable(append(slices.Collect(r.signal.sentTypes()), r.signal.values()...), path)
}

// sentTypes returns an iterator over the types of the arguments.
func (s *signal) sentTypes() iter.Seq[typeExpr] {
	return func(yield func(typeExpr) bool) {
		for _, p := range s.params {
			if !yield(p.typ) {
				return
			}
		}
	}
}

// isNameable reports whether a file of the package at path can write the type of
// the receiver.
func (r *receiver) isNameable(path string) bool {
	types := slices.Clone(r.results)
	for _, p := range r.params {
		types = append(types, p.typ)
	}
	return areNameable(types, path)
}

// areNameable reports whether a file of the package at path can write the types.
func areNameable(types []typeExpr, path string) bool {
	return !slices.ContainsFunc(slices.Concat(types...), func(part typePart) bool {
		return part.path != "" && part.path != path && (!token.IsExported(part.text) || !mayImport(path, part.path))
	})
}
